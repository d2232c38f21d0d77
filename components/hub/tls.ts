import * as pulumi from "@pulumi/pulumi";
import { File, type Provider, SelfSignedCertificate } from "../../plugins/host/sdk";
import { expiryWarning } from "../config/certificate";
import type { ResolvedConfig } from "../config/files";
import { placesOf } from "./paths";
import { RequestedCertificate } from "./requested-certificate";

export interface HubCertificateArgs {
  /** Name of the stack, for the headers. */
  stack: string;
  config: ResolvedConfig;
  provider: Provider;
  /** Account that runs the proxy. */
  account: string;
}

/** The files the proxy serves: which of the kinds is there. */
export function servedFiles(config: ResolvedConfig): { certificate: string; key: string } {
  const places = placesOf(config.hub);
  if (config.tls.request) return { certificate: places.requestedCertificate, key: places.requestedKey };
  return config.certificate
    ? { certificate: places.certificate, key: places.key }
    : { certificate: places.selfSignedCertificate, key: places.selfSignedKey };
}

/** The file that hub and proxy wait for: the proxy serves this certificate, and the hub nothing without the proxy. Null: it is there. */
export function awaitedBy(config: ResolvedConfig): string | null {
  return config.tls.request ? servedFiles(config).certificate : null;
}

/** The certificate the proxy serves: from files of the machine that runs Pulumi, requested of an authority, or made on the host (dev). */
export class HubCertificate extends pulumi.ComponentResource {
  /** Changes when the certificate does: whoever serves it takes it as a trigger. */
  readonly version: pulumi.Output<string>;
  /** Whether there is one: whoever serves it waits until then. */
  readonly ready: pulumi.Output<boolean>;

  constructor(name: string, args: HubCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:hub:Certificate", name, {}, opts);
    const { certificate, hub, tls, url, userSubdomains } = args.config;
    const { hostname } = new URL(url);
    const { account } = args;
    const files = servedFiles(args.config);
    const onHost = { parent: this, provider: args.provider };
    if (certificate?.key) {
      const owner = { owner: "root", group: account, mode: "0640" };
      const key = new File(
        `${name}-key`,
        { path: files.key, content: certificate.key.output(), sensitive: true, ...owner },
        onHost,
      );
      const chain = new File(
        `${name}-chain`,
        { path: files.certificate, content: certificate.chain, ...owner },
        { ...onHost, dependsOn: [key] },
      );
      this.version = pulumi.all([chain.revision, key.revision]).apply((revisions) => revisions.join(" "));
      this.ready = pulumi.output(true);
    } else if (tls.request) {
      const requested = new RequestedCertificate(`${name}-requested`, args, { parent: this });
      this.version = requested.version;
      this.ready = requested.ready;
    } else {
      const made = new SelfSignedCertificate(
        `${name}-self-signed`,
        {
          certPath: files.certificate,
          keyPath: files.key,
          names: [hostname, ...(userSubdomains ? [`*.${hostname}`] : []), hub.insideAddress],
          owner: account,
          group: account,
        },
        onHost,
      );
      this.version = made.sha256;
      this.ready = pulumi.output(true);
    }
    const ends = certificate && expiryWarning(certificate.chain, new Date());
    if (ends)
      void pulumi.log.warn(
        `The certificate in tls.certificateFile ${ends}. Next: renew it, put the new one there, and run pulumi up.`,
        this,
      );
    this.registerOutputs({ version: this.version, ready: this.ready });
  }
}
