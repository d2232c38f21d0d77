import * as pulumi from "@pulumi/pulumi";

export interface AuthorizedKeyArgs {
  /** Account that may be logged in to. Another one replaces the resource. */
  user: pulumi.Input<string>;
  /** Public key: type and base64, a comment is ignored. Another one replaces the resource. */
  key: pulumi.Input<string>;
  /** Options in front of the key, as sshd writes them: `restrict,from="10.0.0.1"`. Default none. */
  options?: pulumi.Input<string>;
  /** File that holds it. Default ".ssh/authorized_keys" in the account's home. Another one replaces the resource. */
  path?: pulumi.Input<string>;
}

/**
 * One line of an authorized_keys file; other lines are left alone.
 *
 * @id `USER:PATH:KEY`, with an empty PATH for the default
 * @reads the options in front of the key, of the first line that holds it
 * @deletion the line is removed, and the file and its directory if they came with it and are empty
 */
export class AuthorizedKey extends pulumi.CustomResource {
  declare readonly user: pulumi.Output<string>;
  declare readonly key: pulumi.Output<string>;
  declare readonly options: pulumi.Output<string>;

  constructor(name: string, args: AuthorizedKeyArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:AuthorizedKey", name, { ...args }, opts);
  }
}
