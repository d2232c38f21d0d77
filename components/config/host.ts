import { z } from "zod";
import { accountName, flag, hostAddress, localPath, port, secret } from "./values";

const HOST_KEY = /^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa|rsa-sha2-(256|512)) [A-Za-z0-9+/=]+( .*)?$/;

const access = {
  address: hostAddress().describe(
    "Host name or IP address under which the machine that runs Pulumi reaches this host.",
  ),
  port: port().default(22).describe("Port of the host's sshd."),
  user: accountName().default("root").describe("Account Pulumi logs in as: root, or an admin who may use sudo."),
  hostKeys: z
    .array(
      z.string().regex(HOST_KEY, {
        error: 'must be a public host key, such as "ssh-ed25519 AAAA..." (npm run doctor -- host-key ADDRESS shows it)',
      }),
    )
    .optional()
    .describe(
      "The host's public keys. A connection to a host that shows another key is refused. Give these or `knownHostsFile`.",
    ),
  knownHostsFile: localPath()
    .optional()
    .describe("A known_hosts file that has this host's keys, instead of `hostKeys`."),
  privateKeyFile: localPath().optional().describe("The private key to log in with, on the machine that runs Pulumi."),
  privateKey: secret().optional().describe("The private key to log in with, as a secret, where there is no file (CI)."),
  agent: flag().default(false).describe("Log in with the keys of the SSH agent."),
};

const jumpHost = z.strictObject(access).describe("A host to go through, where this one cannot be reached directly.");

/** How Pulumi reaches one host: ../design.md, "plugins/host". */
export const hostAccess = z.strictObject({
  ...access,
  sudoPassword: secret().optional().describe("The admin's password, where his sudo rule asks for one."),
  jump: jumpHost.optional(),
  connectTimeout: z.int().min(1).max(300).default(20).describe("Seconds to wait for a connection."),
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
