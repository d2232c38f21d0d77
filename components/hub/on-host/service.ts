import * as pulumi from "@pulumi/pulumi";
import { SystemdUnit } from "../../../plugins/host/sdk";
import type { HubServiceArgs } from "../runner";
import { HubState } from "../state-tool";
import { UNITS } from "../unit-names";
import { HUB_START_SECONDS } from "../units";
import { renderHostStateTool } from "./state";
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
        triggers: [runtime.proxyToken, software.proxyVersion],
        reloadTriggers: [certificate.version],
      },
      { ...onHost, dependsOn: [runtime, software, certificate] },
    );
    const tool = renderHostStateTool(stack, config);
    const state = new HubState(
      `${name}-state`,
      { stack, config, provider: args.provider, network: null, tool },
      { parent: this, dependsOn: [runtime, software] },
    );
    new SystemdUnit(
      `${name}-hub`,
      {
        name: `${UNITS.hub}.service`,
        content: renderHubProcess(stack, config),
        active: certificate.ready,
        triggers: [runtime.hubVersion, software.hubVersion],
        startTimeout: HUB_START_SECONDS,
      },
      { ...onHost, dependsOn: [proxy, state] },
    );
    this.registerOutputs({});
  }
}
