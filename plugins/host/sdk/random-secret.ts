import * as pulumi from "@pulumi/pulumi";

export interface RandomSecretArgs {
  /** Path of the file on the host. Another path replaces the resource. */
  path: pulumi.Input<string>;
  /** Bytes of randomness, written as hex. Default 32. Another number replaces the resource. */
  bytes?: pulumi.Input<number>;
  /** Text in front, such as "CONFIGPROXY_AUTH_TOKEN=". Default none. Another text replaces the resource. */
  prefix?: pulumi.Input<string>;
  /** Owning account. Default "root". */
  owner?: pulumi.Input<string>;
  /** Owning group. Default "root". */
  group?: pulumi.Input<string>;
  /** Permission bits, four octal digits. Default "0600". */
  mode?: pulumi.Input<string>;
}

/**
 * A file with `prefix` + random hex, made on the host and never read from it. An existing file of the right shape is adopted.
 *
 * @id the path
 * @reads owner, group, mode, SHA-256, and the number of bytes that the file's shape stands for: 0 when it is not prefix and hex
 * @deletion removed if it was made here
 */
export class RandomSecret extends pulumi.CustomResource {
  declare readonly path: pulumi.Output<string>;
  /** SHA-256 of the file: a trigger for what reads it. */
  declare readonly sha256: pulumi.Output<string>;

  constructor(name: string, args: RandomSecretArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:RandomSecret", name, { ...args, sha256: undefined }, opts);
  }
}
