import * as pulumi from "@pulumi/pulumi";

export interface CertificateRequestArgs {
  /** Path of the private key (0640, by owner and group); an existing one is adopted. Another path replaces the resource. */
  keyPath: pulumi.Input<string>;
  /** Path of the certificate signing request (0644). Another path replaces the resource. */
  requestPath: pulumi.Input<string>;
  /** Path at which the certificate is put by whoever gets it. It is read, never written. */
  certPath: pulumi.Input<string>;
  /** DNS names and IP addresses to ask for; the first is the common name. Others make a new request with the same key. */
  names: pulumi.Input<pulumi.Input<string>[]>;
  /** Owning account. Default "root". */
  owner?: pulumi.Input<string>;
  /** Owning group. Default "root". */
  group?: pulumi.Input<string>;
}

/**
 * A private key made on the host, which never leaves it, and a certificate signing request to be sent to an authority.
 *
 * @id the path of the private key
 * @reads key, request, and the certificate once it is there. A request that is gone or not of this key is made anew; a key that is gone too
 * @deletion the request is removed, and the key if it was made here; the certificate is left
 */
export class CertificateRequest extends pulumi.CustomResource {
  declare readonly keyPath: pulumi.Output<string>;
  declare readonly requestPath: pulumi.Output<string>;
  declare readonly certPath: pulumi.Output<string>;
  /** The request, PEM. */
  declare readonly request: pulumi.Output<string>;
  /** Public half of the key, PEM: the certificate's must be the same. */
  declare readonly publicKey: pulumi.Output<string>;
  /** What lies at `certPath`, PEM; empty while nothing does. */
  declare readonly certificate: pulumi.Output<string>;

  constructor(name: string, args: CertificateRequestArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { request: undefined, publicKey: undefined, certificate: undefined };
    super("host:index:CertificateRequest", name, { ...args, ...outputs }, opts);
  }
}
