import * as pulumi from "@pulumi/pulumi";
import { quote } from "../../plugins/host/connection/command";
import { Directory, File, type Provider, SystemdUnit } from "../../plugins/host/sdk";
import type { ResolvedConfig } from "../config/files";
import type { StackConfig } from "../config/schema";
import { renderTemplate } from "../render";
import { PATHS } from "./paths";
import { backupPlace } from "./state";
import { UNITS } from "./unit-names";
import { hubOptions, UNLABELLED, type UnitInput } from "./units";

/** The program `jupyterhub-state` of the hub host: each command runs in a container of its own, which sees the backups as the hub's does not. */
export function renderStateTool(input: UnitInput): string {
  const { account, stateDirectory, backup } = input.config.hub;
  const { directory } = backupPlace(input.config.hub);
  return renderTemplate("hub/jupyterhub-state.sh", {
    stack: input.stack,
    account,
    home: stateDirectory,
    state: input.state,
    image: input.image,
    keep: backup.keep,
    backups: directory,
    network: UNITS.network,
    hub: UNITS.hub,
    options: [
      ...(input.selinux ? [UNLABELLED] : []),
      ...hubOptions(input, quote),
      `--env HUB_BACKUPS_ON_HOST=${directory}`,
      `--volume ${directory}:${PATHS.backups}:rw`,
    ],
  });
}

/** The service that makes a backup, and the timer that starts it. */
export function renderBackupUnits(stack: string, { backup }: StackConfig["hub"]): { service: string; timer: string } {
  const data = { stack, tool: PATHS.stateTool, network: UNITS.network, schedule: backup.schedule };
  return {
    service: renderTemplate("hub/units/backup.service", data),
    timer: renderTemplate("hub/units/backup.timer", data),
  };
}

export interface HubStateArgs {
  /** Name of the stack, for the headers. */
  stack: string;
  config: ResolvedConfig;
  provider: Provider;
  /** Text of the program. */
  tool: pulumi.Input<string>;
}

/** What looks after the hub's state on its host: the directory of the backups, the program, and the timer. */
export class HubState extends pulumi.ComponentResource {
  constructor(name: string, args: HubStateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:hub:State", name, {}, opts);
    const { account } = args.config.hub;
    const onHost = { parent: this, provider: args.provider };
    const { directory, apart } = backupPlace(args.config.hub);
    const backups = new Directory(
      `${name}-backups`,
      { path: directory, owner: account, group: account, mode: "0700", removeContents: !apart },
      { ...onHost, retainOnDelete: apart },
    );
    const tool = new File(
      `${name}-tool`,
      { path: PATHS.stateTool, content: args.tool, mode: "0755", validate: ["sh", "-n", "%s"] },
      { ...onHost, dependsOn: [backups] },
    );
    const { service, timer } = renderBackupUnits(args.stack, args.config.hub);
    const unit = new SystemdUnit(
      `${name}-backup`,
      { name: `${UNITS.backup}.service`, content: service, enabled: false, active: false },
      { ...onHost, dependsOn: [tool] },
    );
    new SystemdUnit(
      `${name}-timer`,
      { name: `${UNITS.backup}.timer`, content: timer },
      { ...onHost, dependsOn: [unit] },
    );
    this.registerOutputs({});
  }
}
