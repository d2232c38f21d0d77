import * as pulumi from "@pulumi/pulumi";

export interface ContainerImageArgs {
  /** Account in whose rootless podman store the image goes. Another one replaces the resource. */
  user: pulumi.Input<string>;
  /** Path of a docker-archive or oci-archive tar on the machine that runs Pulumi. One of `archive` and `pull`. */
  archive?: pulumi.Input<string>;
  /** Reference to pull from a registry instead, best with a digest. One of `archive` and `pull`. */
  pull?: pulumi.Input<string>;
  /** Name the image gets in the store: "localhost/jupyterhub-hpc:1.0". Another one replaces the resource. */
  reference: pulumi.Input<string>;
}

/**
 * An image in an account's podman store.
 *
 * @id `USER:REFERENCE`
 * @reads the id of the image in the account's store. It is compared with the configuration digest in the archive's manifest, so that a rebuilt archive
 *   at the same path is a change; where the archive lies is none
 * @deletion the name is removed from the store, and with its last name the image
 */
export class ContainerImage extends pulumi.CustomResource {
  declare readonly user: pulumi.Output<string>;
  declare readonly reference: pulumi.Output<string>;
  /** Digest of the image's configuration ("sha256:..."), which is its id in the store: a trigger for what runs it. */
  declare readonly imageId: pulumi.Output<string>;

  constructor(name: string, args: ContainerImageArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:ContainerImage", name, { ...args, imageId: undefined }, opts);
  }
}
