import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { CertificateRequest, File, type Provider, SystemdUnit } from "../../plugins/host/sdk";
import { certificateProblems, expiryWarning } from "../config/certificate";
import type { ResolvedConfig } from "../config/files";
import { renderTemplate } from "../render";
import { placesOf } from "./paths";
import { UNITS } from "./unit-names";

/** What is on the hub host, and what it is judged by. */
export interface Requested {
  /** PEM of what lies where the certificate goes; empty while nothing does. */
  certificate: string;
  /** PEM of the public half of the key on the host. */
  publicKey: string;
  config: Pick<ResolvedConfig, "url" | "userSubdomains" | "stage" | "hub">;
  now: Date;
}

/** How it stands with a requested certificate. */
export interface Standing {
  /** Whether it can be served. */
  ready: boolean;
  /** What is missing or ends soon, with the next step. */
  notice?: string;
  /** What is wrong with one that is there: nothing is done with it. */
  refusal?: string;
}

/** Judges what lies where the certificate goes. */
export function standingOf({ certificate, publicKey, config, now }: Requested): Standing {
  const { url, hub, stage, userSubdomains } = config;
  const places = placesOf(hub);
  const at = `${places.requestedCertificate} on ${hub.host.address}`;
  const request = `${places.request} on ${hub.host.address}`;
  if (certificate.trim() === "")
    return {
      ready: false,
      notice: `The certificate is missing, so that nobody reaches ${url} yet. All else is deployed; hub and proxy wait for it.
The request to send to your certificate authority: ${request}. Its key stays on that host.
Next: put the certificate you get, with the authority's intermediate certificates below it, at ${at}: hub and proxy start by themselves. Or name its file in tls.certificateFile, and run pulumi up.`,
    };
  const { hostname } = new URL(url);
  const problems = certificateProblems({
    chain: certificate,
    key: publicKey,
    hostname,
    subdomains: userSubdomains,
    now,
  });
  const tolerated = stage === "dev" ? problems.filter((problem) => !problem.startsWith("is self-signed")) : problems;
  if (tolerated.length > 0)
    return {
      ready: false,
      refusal: `The certificate at ${at} ${tolerated.join("; it ")}. What runs was left as it is. Next: put the one there that was issued for ${request}.`,
    };
  const ends = expiryWarning(certificate, now);
  return {
    ready: true,
    ...(ends && {
      notice: `The certificate at ${at} ${ends}. Next: have a new one issued for ${request}, and put it there.`,
    }),
  };
}

/** The units that take up a certificate as soon as it is there: what looks for it, and what does it. */
export function renderTakingUp(stack: string, hub: ResolvedConfig["hub"]): { path: string; service: string } {
  const { requestedCertificate: certificate, requestedKey: key, request } = placesOf(hub);
  const input = { stack, certificate, key, request, reloaded: [UNITS.proxy], started: [UNITS.hub] };
  return {
    path: renderTemplate("hub/units/certificate.path", input),
    service: renderTemplate("hub/units/certificate.service", input),
  };
}

export interface RequestedCertificateArgs {
  /** Name of the stack, for the headers. */
  stack: string;
  config: ResolvedConfig;
  provider: Provider;
  /** Account that runs the proxy. */
  account: string;
}

/** A certificate that is asked for with a key made on the host, and taken up when it has come, by the host itself or by the next `pulumi up`. */
export class RequestedCertificate extends pulumi.ComponentResource {
  /** Changes when the certificate does. */
  readonly version: pulumi.Output<string>;
  /** Whether it is there. */
  readonly ready: pulumi.Output<boolean>;

  constructor(name: string, args: RequestedCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:hub:RequestedCertificate", name, {}, opts);
    const { stack, config } = args;
    const { hostname } = new URL(config.url);
    const onHost = { parent: this, provider: args.provider };
    const owner = { owner: "root", group: args.account };
    const names = config.userSubdomains ? [hostname, `*.${hostname}`] : [hostname];
    const { requestedKey: keyPath, request: requestPath, requestedCertificate: certPath } = placesOf(config.hub);
    const request = new CertificateRequest(name, { keyPath, requestPath, certPath, names, ...owner }, onHost);
    const after = { ...onHost, dependsOn: [request] };
    const units = renderTakingUp(stack, config.hub);
    const unit = new SystemdUnit(
      `${name}-take-up`,
      { name: `${UNITS.certificate}.service`, content: units.service, enabled: false, active: false },
      after,
    );
    new SystemdUnit(
      `${name}-watch`,
      { name: `${UNITS.certificate}.path`, content: units.path },
      { ...onHost, dependsOn: [unit] },
    );
    const chain = config.certificate?.chain;
    const file =
      chain === undefined
        ? undefined
        : new File(`${name}-chain`, { path: certPath, content: chain, mode: "0644", ...owner }, after);
    const found = pulumi.all([request.certificate, request.publicKey, file?.revision]);
    const standing = found.apply(([onHostNow, publicKey]) => {
      const judged = standingOf({ certificate: chain ?? onHostNow, publicKey, config, now: new Date() });
      if (judged.refusal) throw new pulumi.RunError(judged.refusal);
      if (judged.notice && (chain === undefined || !judged.ready)) void pulumi.log.warn(judged.notice, this);
      return judged;
    });
    this.ready = standing.apply(({ ready }) => ready);
    this.version = found.apply(([onHostNow]) =>
      createHash("sha256")
        .update(chain ?? onHostNow)
        .digest("hex"),
    );
    this.registerOutputs({ ready: this.ready });
  }
}
