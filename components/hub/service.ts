import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type Facts, type Provider, SystemdUnit } from "../../plugins/host/sdk";
import type { ResolvedConfig } from "../config/files";
import type { HubHost } from "./host";
import type { HubRuntime } from "./runtime";
import type { HubCertificate } from "./tls";
import { renderHubUnit, renderNetworkUnit, renderProxyUnit, UNITS, type UnitInput } from "./units";

export interface HubServiceArgs {
  /** Name of the stack, for the headers. */
  stack: string;
  config: ResolvedConfig;
  provider: Provider;
  facts: Facts;
  host: HubHost;
  runtime: HubRuntime;
  certificate: HubCertificate;
  /** The project's folder. */
  root: string;
}

/**
 * The running hub: three units, so that each restarts alone. A new image or configuration restarts the hub only; the proxy, through which people are
 * connected, restarts when its certificate, its token or its own locked version changes.
 */
export class HubService extends pulumi.ComponentResource {
  constructor(name: string, args: HubServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:hub:Service", name, {}, opts);
    const { stack, config, runtime } = args;
    const { selinux } = args.facts;
    const onHost = { parent: this, provider: args.provider };
    const unit = (render: (input: UnitInput) => string): pulumi.Output<string> =>
      pulumi
        .all([args.host.uid, args.host.state, args.host.proxyIdentity])
        .apply(([uid, state, proxyIdentity]) =>
          render({ stack, config, uid, state, proxyIdentity, image: runtime.image, selinux }),
        );

    const network = new SystemdUnit(
      `${name}-network`,
      { name: `${UNITS.network}.service`, content: unit(renderNetworkUnit) },
      { ...onHost, dependsOn: [runtime] },
    );
    const proxy = new SystemdUnit(
      `${name}-proxy`,
      {
        name: `${UNITS.proxy}.service`,
        content: unit(renderProxyUnit),
        triggers: [args.certificate.version, runtime.proxyToken, proxyVersion(args.root)],
      },
      { ...onHost, dependsOn: [network, args.certificate] },
    );
    new SystemdUnit(
      `${name}-hub`,
      { name: `${UNITS.hub}.service`, content: unit(renderHubUnit), triggers: [runtime.hubVersion, runtime.imageId] },
      { ...onHost, dependsOn: [proxy] },
    );
    this.registerOutputs({});
  }
}

/** Stands for the proxy's locked version and what is loaded into it. */
function proxyVersion(root: string): string {
  const folder = join(root, "runtime/proxy");
  const hash = createHash("sha256");
  for (const name of readdirSync(folder)
    .filter((name) => /(^package-lock\.json|\.js)$/.test(name))
    .sort())
    hash.update(`\0${name}\0`).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}
