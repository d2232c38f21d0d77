import * as pulumi from "@pulumi/pulumi";

export interface PackageArgs {
  /** Names of the distribution's packages that must be installed. */
  names: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * Packages of the distribution (apt or dnf). Deletion removes those that were missing before, and what came along with them.
 *
 * @id the names, comma-separated
 * @reads which of the names are installed. Half-installed and removed packages are not, held ones are
 * @deletion those that were missing before are removed, with what came along, unless another resource or package needs them
 */
export class Package extends pulumi.CustomResource {
  declare readonly names: pulumi.Output<string[]>;
  /** The packages this resource installed, and would remove. */
  declare readonly installed: pulumi.Output<string[]>;

  constructor(name: string, args: PackageArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:Package", name, { ...args, installed: undefined }, opts);
  }
}
