import * as pulumi from "@pulumi/pulumi";

export interface SysctlArgs {
  /** Kernel setting in dotted form: "user.max_user_namespaces". Another one replaces the resource. */
  name: pulumi.Input<string>;
  /** Its value. */
  value: pulumi.Input<string>;
  /** A live value that is larger will do. Default false. */
  atLeast?: pulumi.Input<boolean>;
}

/**
 * A kernel setting, live and in /etc/sysctl.d. A read-only /proc/sys is an error only if the live value will not do.
 *
 * @id the name
 * @reads the live value and whether the drop-in is there
 * @deletion the drop-in is removed and the former live value set
 */
export class Sysctl extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly value: pulumi.Output<string>;

  constructor(name: string, args: SysctlArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:Sysctl", name, { ...args }, opts);
  }
}
