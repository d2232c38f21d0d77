import * as pulumi from "@pulumi/pulumi";

export interface DirectoryArgs {
  /** Absolute path; its parent must exist. Another path replaces the resource. */
  path: pulumi.Input<string>;
  /** Owning account. Default "root". */
  owner?: pulumi.Input<string>;
  /** Owning group. Default "root". */
  group?: pulumi.Input<string>;
  /** Permission bits, four octal digits. Default "0755". */
  mode?: pulumi.Input<string>;
  /** On deletion remove what is inside too, instead of failing on a directory that is not empty. Default false. */
  removeContents?: pulumi.Input<boolean>;
}

/**
 * A directory. Deleted only if this resource made it; one that was there before gets its owner, group and mode back.
 *
 * @id the path
 * @reads owner, group and mode. A link or a file at the path counts as no directory
 * @deletion removed if it was made here and is empty (or with `removeContents`); one that was there gets its owner, group and mode back
 */
export class Directory extends pulumi.CustomResource {
  declare readonly path: pulumi.Output<string>;
  declare readonly owner: pulumi.Output<string>;
  declare readonly group: pulumi.Output<string>;
  declare readonly mode: pulumi.Output<string>;

  constructor(name: string, args: DirectoryArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:Directory", name, { ...args }, opts);
  }
}
