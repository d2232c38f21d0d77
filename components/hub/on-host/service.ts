import * as pulumi from "@pulumi/pulumi";
import { SystemdUnit } from "../../../plugins/host/sdk";
import type { HubServiceArgs } from "../runner";
import { UNITS } from "../unit-names";
import { renderHubProcess, renderProxyProcess } from "./units";

/** The running hub without containers: two units, so that each restarts alone, for the same reasons as in containers. */
export class HubUnits extends pulumi.ComponentResource {
  constructor(name: string, args: HubServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:hub:Units", name, {}, opts);
    const { stack, config, runtime, software, certificate } = args;
    const onHost = { parent: this, provider: args.provider };
    const proxy = new SystemdUnit(
      `${name}-proxy`,
      {
        name: `${UNITS.proxy}.service`,
        content: renderProxyProcess(stack, config),
        active: certificate.ready,
        triggers: [certificate.version, runtime.proxyToken, software.proxyVersion],
      },
      { ...onHost, dependsOn: [runtime, software, certificate] },
    );
    new SystemdUnit(
      `${name}-hub`,
      {
        name: `${UNITS.hub}.service`,
        content: renderHubProcess(stack, config),
        active: certificate.ready,
        triggers: [runtime.hubVersion, software.hubVersion],
      },
      { ...onHost, dependsOn: [proxy] },
    );
    this.registerOutputs({});
  }
}
