import * as pulumi from "@pulumi/pulumi";

export interface KeyPairArgs {
  /** Path of the private key on the host; the public one is PATH.pub. Another path replaces the resource. */
  path: pulumi.Input<string>;
  /** "ed25519", "ecdsa" or "rsa". Default "ed25519". Another type replaces the resource. */
  type?: pulumi.Input<string>;
  /** Owning account. Default "root". */
  owner?: pulumi.Input<string>;
  /** Owning group. Default "root". */
  group?: pulumi.Input<string>;
  /** Comment in the public key. Default "jupyterhub-hpc". */
  comment?: pulumi.Input<string>;
}

/**
 * An SSH key pair made on the host. The private key (0600) never leaves it. An existing pair is adopted.
 *
 * @id the path of the private key
 * @reads type, owner, group and the public key. One half alone counts as no pair
 * @deletion both halves are removed if they were made here
 */
export class KeyPair extends pulumi.CustomResource {
  declare readonly path: pulumi.Output<string>;
  /** Public key: type, base64 and comment. */
  declare readonly publicKey: pulumi.Output<string>;

  constructor(name: string, args: KeyPairArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:KeyPair", name, { ...args, publicKey: undefined }, opts);
  }
}
