import { z } from "zod";
import { hostKey } from "../../plugins/host/connection/configuration";
import { accountName, flag, hostAddress, localPath, port, secret } from "./values";

const access = {
  address: hostAddress().describe(
    "Host name or IP address under which the machine that runs Pulumi reaches this host.",
  ),
  port: port().default(22).describe("Port of the host's sshd."),
  user: accountName().default("root").describe("Account Pulumi logs in as: root, or an admin who may use sudo."),
  hostKeys: z
    .array(hostKey)
    .optional()
    .describe(
      "The host's public keys, as `npm run doctor -- host-key ADDRESS` prints them (ed25519, ecdsa or rsa; names in front and a comment behind do no harm). A connection to a host that shows another key is refused. Give these or `knownHostsFile`. Host certificates are not supported.",
    ),
  knownHostsFile: localPath()
    .optional()
    .describe("A known_hosts file that has this host's keys, instead of `hostKeys`. Its names may be hashed."),
  privateKeyFile: localPath()
    .optional()
    .describe("The private key to log in with, on the machine that runs Pulumi. Nobody but its owner may read it."),
  privateKey: secret().optional().describe("The private key to log in with, as a secret, where there is no file (CI)."),
  passphrase: secret().optional().describe("The passphrase of `privateKeyFile` or `privateKey`, where it has one."),
  agent: flag().default(false).describe("Log in with the keys of the SSH agent (SSH_AUTH_SOCK)."),
};

const jumpHost = z.strictObject(access).describe("A host to go through, where this one cannot be reached directly.");

/** How Pulumi reaches one host: ../design.md, "plugins/host". */
export const hostAccess = z.strictObject({
  ...access,
  sudoPassword: secret().optional().describe("The admin's password, where his sudo rule asks for one."),
  jump: jumpHost.optional(),
  connectTimeout: z
    .int()
    .min(1)
    .max(300)
    .default(20)
    .describe(
      "Seconds to wait for a login, and for an answer before a connection counts as lost. Through a jump host, for each of the two.",
    ),
  rollbackAfter: z
    .int()
    .min(10)
    .max(3600)
    .default(60)
    .describe(
      "Seconds after which a change of sshd, sudoers or the firewall is undone by the host itself unless a new connection got in.",
    ),
});

/** A validated `host` entry. */
export type HostAccess = z.output<typeof hostAccess>;
/** A validated `host.jump` entry. */
export type JumpAccess = z.output<typeof jumpHost>;
