import * as pulumi from "@pulumi/pulumi";
import { Directory, File, type Provider, SystemdUnit } from "../../plugins/host/sdk";
import type { ResolvedConfig } from "../config/files";
import type { StackConfig } from "../config/schema";
import { renderTemplate } from "../render";
import { PATHS } from "./paths";
import { backupPlace } from "./state";
import { UNITS } from "./unit-names";

/** What the program depends on beside the configuration: how the hub is run. */
export interface StateToolInput {
  /** Name of the stack, for the header. */
  stack: string;
  hub: StackConfig["hub"];
  /** Directory on the host that holds the state. */
  state: string;
  /** Unit that has to run before the state is looked at; null: none. */
  network: string | null;
  /** Command that runs the hub's Python as the hub's account, where it sees state and backups; one line each. What Python is to do follows. */
  python: string[];
  /** Command, run as the account, that prints something else when the hub's software is another. */
  version: string;
  /** File for what that printed when the state was last prepared; the hub itself does not see it. */
  prepared: string;
}

/** The program `jupyterhub-state` of the hub host. */
export function renderStateTool({ hub, ...input }: StateToolInput): string {
  const { account, stateDirectory, backup } = hub;
  const { directory } = backupPlace(hub);
  const places = { account, home: stateDirectory, backups: directory, keep: backup.keep };
  return renderTemplate("hub/jupyterhub-state.sh", { ...input, ...places, hub: UNITS.hub });
}

/** The service that makes a backup, and the timer that starts it. */
export function renderBackupUnits(
  stack: string,
  { backup }: StackConfig["hub"],
  network: string | null,
): { service: string; timer: string } {
  const data = { stack, tool: PATHS.stateTool, network, schedule: backup.schedule };
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
  /** Unit that has to run before the state is looked at; null: none. */
  network: string | null;
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
    const units = renderBackupUnits(args.stack, args.config.hub, args.network);
    const unit = new SystemdUnit(
      `${name}-backup`,
      { name: `${UNITS.backup}.service`, content: units.service, enabled: false, active: false },
      { ...onHost, dependsOn: [tool] },
    );
    new SystemdUnit(
      `${name}-timer`,
      { name: `${UNITS.backup}.timer`, content: units.timer },
      { ...onHost, dependsOn: [unit] },
    );
    this.registerOutputs({});
  }
}
