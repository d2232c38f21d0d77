import * as pulumi from "@pulumi/pulumi";

/** How to reach one host by SSH. */
export interface Endpoint {
  /** Name or IP address of the host. */
  address: pulumi.Input<string>;
  /** TCP port of its sshd. Default 22. */
  port?: pulumi.Input<number>;
  /** Account that logs in. */
  user: pulumi.Input<string>;
  /**
   * Public host keys that are accepted: "ssh-ed25519 AAAA...", as `npm run doctor -- host-key` shows them. Names in front (known_hosts) and a comment behind
   * are left out. ed25519, ecdsa or rsa; at least one, there is no mode without. Certificate authorities are not supported.
   */
  hostKeys: pulumi.Input<pulumi.Input<string>[]>;
  /** Private key in OpenSSH or PEM form. Kept as a secret. User certificates and FIDO keys are not supported. */
  privateKey?: pulumi.Input<string>;
  /** Path of a private key on the machine that runs Pulumi; read at connection time, so only the path is in the state. Nobody but its owner may read it. */
  privateKeyFile?: pulumi.Input<string>;
  /** Passphrase of `privateKey` or `privateKeyFile`, where it is encrypted. Kept as a secret. */
  passphrase?: pulumi.Input<string>;
  /** Use the agent at SSH_AUTH_SOCK. Default false. */
  agent?: pulumi.Input<boolean>;
}

/** A host to manage, and how. One of `privateKey`, `privateKeyFile`, `agent` must be given. */
export interface ProviderArgs extends Endpoint {
  /** Become root by sudo. Default: true unless `user` is "root". */
  sudo?: pulumi.Input<boolean>;
  /** Password for sudo, where the host asks for one. Kept as a secret. */
  sudoPassword?: pulumi.Input<string>;
  /** Host to go through, with pinned keys of its own. */
  jump?: pulumi.Input<Endpoint>;
  /** Where all this was written down, named in errors: "hub.host in stacks/Pulumi.prod.yaml". Default: the provider's arguments. */
  origin?: pulumi.Input<string>;
  /**
   * Seconds until a connection must stand, login included; through a jump host, for each of the two. As many seconds without any answer, and a
   * connection that stands is given up. Default 20.
   */
  connectTimeout?: pulumi.Input<number>;
  /** Seconds after which a guarded change is undone on the host unless a new connection got in. Default 60, at least 10. */
  rollbackAfter?: pulumi.Input<number>;
}

/** Marks what must not be readable in the state; nested secrets would make the whole of `jump` one. */
function withSecrets<T extends Pick<Endpoint, "privateKey" | "passphrase">>(endpoint: T): T {
  const { privateKey, passphrase } = endpoint;
  return {
    ...endpoint,
    privateKey: privateKey === undefined ? undefined : pulumi.secret(privateKey),
    passphrase: passphrase === undefined ? undefined : pulumi.secret(passphrase),
  };
}

/** One Linux host. Resources given this provider are resources of that host. Another address where none of the former host keys is shown is another host and replaces them all; new keys at the same address are those of a host that was reinstalled. */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    super(
      "host",
      name,
      {
        ...withSecrets(args),
        jump: args.jump === undefined ? undefined : pulumi.output(args.jump).apply((jump) => withSecrets(jump)),
        sudoPassword: args.sudoPassword === undefined ? undefined : pulumi.secret(args.sudoPassword),
      },
      opts,
    );
  }
}
