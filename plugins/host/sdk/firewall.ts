import * as pulumi from "@pulumi/pulumi";

export interface FirewallArgs {
  /** Name of our table in the inet family. Default "jupyterhub". Another one replaces the resource. */
  table?: pulumi.Input<string>;
  /** nft commands that define `table inet NAME { ... }` and touch nothing else. */
  content: pulumi.Input<string>;
  /** Where the commands are kept for the next boot. Default "/etc/jupyterhub-hpc/firewall.nft". Another one replaces the resource. */
  path?: pulumi.Input<string>;
}

/**
 * One nftables table of ours: replaced in one transaction, guarded by a rollback, loaded early at boot. No other table is touched.
 *
 * @id the name of the table
 * @reads the live table, the file and the unit that load it at boot. The live table is compared with the listing taken when it was loaded; what differs
 *   shows as comment lines behind `content`, because a kernel's listing cannot be turned back into the text
 * @deletion table, file and unit are removed, guarded
 */
export class Firewall extends pulumi.CustomResource {
  declare readonly table: pulumi.Output<string>;
  declare readonly content: pulumi.Output<string>;
  declare readonly path: pulumi.Output<string>;

  constructor(name: string, args: FirewallArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:Firewall", name, { ...args }, opts);
  }
}
