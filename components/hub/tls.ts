import * as pulumi from "@pulumi/pulumi";
import { File, type Provider, SelfSignedCertificate } from "../../plugins/host/sdk";
import type { ResolvedConfig } from "../config/files";
import { placesOf } from "./paths";

export interface HubCertificateArgs {
  config: ResolvedConfig;
  provider: Provider;
  /** Account that runs the proxy. */
  account: string;
}

/** The files the proxy serves: which of the two kinds is there. */
export function servedFiles(config: ResolvedConfig): { certificate: string; key: string } {
  const { certificate, key, selfSignedCertificate, selfSignedKey } = placesOf(config.hub);
  return config.certificate ? { certificate, key } : { certificate: selfSignedCertificate, key: selfSignedKey };
}

/** The certificate the proxy serves: from files of the machine that runs Pulumi, or made on the host (dev). */
export class HubCertificate extends pulumi.ComponentResource {
  /** Changes when the certificate does: whoever serves it takes it as a trigger. */
  readonly version: pulumi.Output<string>;

  constructor(name: string, args: HubCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:hub:Certificate", name, {}, opts);
    const { certificate, hub, url, userSubdomains } = args.config;
    const { hostname } = new URL(url);
    const { account } = args;
    const files = servedFiles(args.config);
    const onHost = { parent: this, provider: args.provider };
    if (certificate) {
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
    }
    this.registerOutputs({ version: this.version });
  }
}
