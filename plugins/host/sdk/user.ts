import * as pulumi from "@pulumi/pulumi";

export interface UserArgs {
  /** Login name. Another name replaces the resource. */
  name: pulumi.Input<string>;
  /** Take the numbers from the system range. Default true. Only read when the account is made. */
  system?: pulumi.Input<boolean>;
  /** Home directory, made with mode 0700. Default "/var/lib/NAME" for a system account, else "/home/NAME". */
  home?: pulumi.Input<string>;
  /** Login shell. Default "/usr/sbin/nologin". */
  shell?: pulumi.Input<string>;
  /** Supplementary groups, which must exist. Others the account is in are left alone unless this resource added them. Default none. */
  groups?: pulumi.Input<pulumi.Input<string>[]>;
  /** Give it 65536 subordinate uids and gids that overlap nobody's, as rootless containers need. Default false. */
  subids?: pulumi.Input<boolean>;
  /** Let its systemd user manager run without a login. Default false. */
  linger?: pulumi.Input<boolean>;
}

/**
 * An account with a primary group of its own name. An account that existed is adopted, and then not deleted.
 *
 * @id the name
 * @reads home, shell, which of the groups it is in, whether it has subordinate ids and lingers, uid and gid
 * @deletion account, processes and home are removed if the account was made here; otherwise it gets its former settings back
 */
export class User extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly home: pulumi.Output<string>;
  declare readonly shell: pulumi.Output<string>;
  declare readonly groups: pulumi.Output<string[]>;
  declare readonly subids: pulumi.Output<boolean>;
  declare readonly linger: pulumi.Output<boolean>;
  /** Numeric user id on the host. */
  declare readonly uid: pulumi.Output<number>;
  /** Numeric id of the primary group. */
  declare readonly gid: pulumi.Output<number>;

  constructor(name: string, args: UserArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:User", name, { ...args, uid: undefined, gid: undefined }, opts);
  }
}
