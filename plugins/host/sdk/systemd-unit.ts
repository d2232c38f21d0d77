import * as pulumi from "@pulumi/pulumi";

export interface SystemdUnitArgs {
  /** Name with suffix: "jupyterhub.service". Another name replaces the resource. */
  name: pulumi.Input<string>;
  /** Text of /etc/systemd/system/NAME, checked by systemd-analyze verify. Left out: a unit that is installed already. */
  content?: pulumi.Input<string>;
  /** Started at boot. Default true. A unit without [Install] must say false. */
  enabled?: pulumi.Input<boolean>;
  /** Running now. Default true. */
  active?: pulumi.Input<boolean>;
  /** Any change of one of these restarts the unit. */
  triggers?: pulumi.Input<pulumi.Input<string>[]>;
  /** Any change of one of these reloads the unit (or restarts it, if it cannot reload). */
  reloadTriggers?: pulumi.Input<pulumi.Input<string>[]>;
  /** Seconds to wait for it to be active. Default 120. */
  startTimeout?: pulumi.Input<number>;
}

/**
 * A unit of the system's manager. Restarted when its content or a trigger changes; an error carries the unit's last journal lines.
 *
 * @id the name
 * @reads whether it is enabled and active, and the text if `content` is given. A unit that does not start keeps its new text and shows as `active:
 *   false` until it does
 * @deletion a unit with `content` is stopped and removed, or the previous text comes back; enabled and active are as they were before
 */
export class SystemdUnit extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly content: pulumi.Output<string | undefined>;
  declare readonly enabled: pulumi.Output<boolean>;
  declare readonly active: pulumi.Output<boolean>;

  constructor(name: string, args: SystemdUnitArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:SystemdUnit", name, { ...args }, opts);
  }
}
