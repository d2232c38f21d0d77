import * as pulumi from "@pulumi/pulumi";

export interface SelfSignedCertificateArgs {
  /** Path of the certificate (0644). Another path replaces the resource. */
  certPath: pulumi.Input<string>;
  /** Path of the private key (0600). Another path replaces the resource. */
  keyPath: pulumi.Input<string>;
  /** DNS names and IP addresses it is for; the first is its common name. Others make a new certificate. */
  names: pulumi.Input<pulumi.Input<string>[]>;
  /** Days it is valid. Default 365. Made anew when it expires within a tenth of that. */
  days?: pulumi.Input<number>;
  /** Owning account. Default "root". */
  owner?: pulumi.Input<string>;
  /** Owning group. Default "root". */
  group?: pulumi.Input<string>;
}

/**
 * A certificate signed by itself, made on the host with openssl. For development only: browsers warn.
 *
 * @id the path of the certificate
 * @reads certificate, owner and group; that key and certificate belong together and that a tenth of the days is left. Otherwise it shows as `days: 0`,
 *   and is made anew
 * @deletion removed; what was at the two paths before comes back
 */
export class SelfSignedCertificate extends pulumi.CustomResource {
  declare readonly certPath: pulumi.Output<string>;
  declare readonly keyPath: pulumi.Output<string>;
  /** The certificate, PEM. */
  declare readonly certificate: pulumi.Output<string>;
  /** SHA-256 of the certificate file: a trigger for what serves it. */
  declare readonly sha256: pulumi.Output<string>;

  constructor(name: string, args: SelfSignedCertificateArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:SelfSignedCertificate", name, { ...args, certificate: undefined, sha256: undefined }, opts);
  }
}
