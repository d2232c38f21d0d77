import * as pulumi from "@pulumi/pulumi";

export interface FileArgs {
  /** Absolute path. Another path is another file: the resource is replaced. */
  path: pulumi.Input<string>;
  /**
   * The whole content: a text, or `new pulumi.asset.FileAsset(PATH)` for a file of this machine, of any size and with any bytes, of which only the
   * SHA-256 is kept in the state. A Pulumi secret stays one in state, diffs and errors.
   */
  content: pulumi.Input<string | pulumi.asset.Asset>;
  /** Owning account, which must exist by then. Default "root". */
  owner?: pulumi.Input<string>;
  /** Owning group. Default "root". */
  group?: pulumi.Input<string>;
  /** Permission bits, four octal digits. Default "0644". */
  mode?: pulumi.Input<string>;
  /**
   * Checker run as root on the copy before it is put in place, as an argument vector in which "%s" is the copy's path: ["visudo", "-cf", "%s"]. It must
   * exit 0. The copy has the file's name, in a directory of its own beside it.
   */
  validate?: pulumi.Input<pulumi.Input<string>[]>;
  /** Undo on the host unless a new connection gets in after the change. For whatever could lock the administrator out. Default true for what sshd, sudo, PAM, the accounts and the packet filter go by (/etc/ssh/sshd_config.d/..., /etc/sudoers.d/..., /etc/pam.d/..., authorized_keys, ...), else false. */
  guarded?: pulumi.Input<boolean>;
  /** Commands run after the file is in place or removed, each an argument vector: [["systemctl", "reload", "ssh"]]. */
  reload?: pulumi.Input<pulumi.Input<pulumi.Input<string>[]>[]>;
  /** Treat the content as a secret even if it was not given as one. Default false. */
  sensitive?: pulumi.Input<boolean>;
}

/**
 * A regular file. What was there before is kept on the host and comes back when the resource is deleted.
 *
 * @id the path
 * @reads content, owner, group and mode. The content only travels when its SHA-256 is another one, and up to 1 MiB. More than that, and what is no
 *   text, shows as its SHA-256. A link or a directory at the path counts as no file
 * @deletion the previous file comes back, else it is removed; `reload` is run. One that was imported and never changed stays
 */
export class File extends pulumi.CustomResource {
  declare readonly path: pulumi.Output<string>;
  /** The text. Content that is no text, or was given as an asset, shows as an asset of its SHA-256. */
  declare readonly content: pulumi.Output<string | pulumi.asset.Asset>;
  declare readonly owner: pulumi.Output<string>;
  declare readonly group: pulumi.Output<string>;
  declare readonly mode: pulumi.Output<string>;
  /** SHA-256 of the content on the host, in hex: a trigger for what must notice a change. */
  declare readonly sha256: pulumi.Output<string>;
  /**
   * Another one after every write, a repair included: a trigger for what read the file at its start, and may have read what is repaired now.
   */
  declare readonly revision: pulumi.Output<string>;

  constructor(name: string, args: FileArgs, opts?: pulumi.CustomResourceOptions) {
    const content = args.sensitive ? pulumi.secret(args.content) : args.content;
    super("host:index:File", name, { ...args, content, sha256: undefined, revision: undefined }, opts);
  }
}
