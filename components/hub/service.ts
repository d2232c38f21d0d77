import * as pulumi from "@pulumi/pulumi";
import { SystemdUnit } from "../../plugins/host/sdk";
import { renderContainerStateTool } from "./container-state";
import { imageName } from "./image";
import type { HubServiceArgs } from "./runner";
import { HubState } from "./state-tool";
import { UNITS } from "./unit-names";
import { HUB_START_SECONDS, renderHubUnit, renderNetworkUnit, renderProxyUnit, type UnitInput } from "./units";

/**
 * The running hub in containers: three units, so that each restarts alone. A new image or configuration restarts the hub only; the proxy, through which people are
 * connected, restarts when its token or its own locked version changes, and takes up a renewed certificate without that. Both wait for one that is yet to come.
 */
export class HubService extends pulumi.ComponentResource {
  constructor(name: string, args: HubServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:hub:Service", name, {}, opts);
    const { stack, config, runtime, software } = args;
    const { selinux } = args.facts;
    const onHost = { parent: this, provider: args.provider };
    const unit = (render: (input: UnitInput) => string): pulumi.Output<string> =>
      pulumi
        .all([args.host.uid, args.host.state, args.host.proxyIdentity])
        .apply(([uid, state, proxyIdentity]) =>
          render({ stack, config, uid, state, proxyIdentity, image: imageName(config.hub), selinux }),
        );

    const network = new SystemdUnit(
      `${name}-network`,
      { name: `${UNITS.network}.service`, content: unit(renderNetworkUnit) },
      { ...onHost, dependsOn: [runtime, software] },
    );
    const proxy = new SystemdUnit(
      `${name}-proxy`,
      {
        name: `${UNITS.proxy}.service`,
        content: unit(renderProxyUnit),
        active: args.certificate.ready,
        triggers: [runtime.proxyToken, software.proxyVersion],
        reloadTriggers: [args.certificate.version],
      },
      { ...onHost, dependsOn: [network, args.certificate] },
    );
    const state = new HubState(
      `${name}-state`,
      { stack, config, provider: args.provider, network: UNITS.network, tool: unit(renderContainerStateTool) },
      { parent: this, dependsOn: [network] },
    );
    new SystemdUnit(
      `${name}-hub`,
      {
        name: `${UNITS.hub}.service`,
        content: unit(renderHubUnit),
        active: args.certificate.ready,
        triggers: [runtime.hubVersion, software.hubVersion],
        startTimeout: HUB_START_SECONDS,
      },
      { ...onHost, dependsOn: [proxy, state] },
    );
    this.registerOutputs({});
  }
}
