import { z } from "zod";
import { hostAccess } from "./host";
import { backupSection, databaseSection } from "./state";
import {
  absolutePath,
  accountName,
  flag,
  helpUrl,
  interfaceName,
  ipAddress,
  localPath,
  network,
  port,
  title,
} from "./values";

const IMAGE_REFERENCE = /^[a-z0-9][a-z0-9._:/-]*(@sha256:[0-9a-f]{64})?$/;

const archiveImage = z.strictObject({
  archive: localPath().describe(
    "The image as an archive on the machine that runs Pulumi, made by `npm run image`. It is loaded into the account's own store.",
  ),
});

const pulledImage = z.strictObject({
  pull: z
    .string()
    .regex(IMAGE_REFERENCE, { error: "must be an image reference, such as registry.example.org/jupyterhub-hpc:0.1.0" })
    .describe("The image in a registry the hub host can reach."),
});

/** The hub without containers: references/sheffield-sharc.rst, "Internal logic". */
const onHost = z.strictObject({
  python: absolutePath()
    .default("/usr/bin/python3")
    .describe("The Python, 3.11 or newer, that the hub's environment is made from."),
  environment: absolutePath()
    .default("/opt/jupyterhub-hpc")
    .describe("The hub's environment: a link to the newest of the versions that are kept beside it."),
  wheels: localPath()
    .optional()
    .describe(
      "Folder of the hub's wheels on the machine that runs Pulumi, made by `npm run image -- --on-host`, for a host without a package index.",
    ),
  proxy: localPath().describe(
    "The proxy as one file on the machine that runs Pulumi, made by `npm run image -- --on-host`. The host needs no registry for it, but Node.js 20 or newer.",
  ),
  sslDirectory: absolutePath()
    .default("/etc/jupyterhub/ssl")
    .describe("Directory of the certificate and its key. It is created."),
});

/** The hub host: references/vub-hydra.md, "Rootless" and "Network". */
export const hubSection = z
  .strictObject({
    host: hostAccess.describe("How Pulumi reaches the hub host."),
    account: accountName()
      .default("jupyterhub")
      .describe(
        "System account, and group of the same name, that runs the hub. It is created; it is never root. With `onHost` the proxy runs as another one, with `-proxy` at its end.",
      ),
    image: z
      .union([archiveImage, pulledImage], { error: "must be { archive: FILE } or { pull: REFERENCE }" })
      .optional()
      .describe("Run hub and proxy in containers, of an image from here. It holds no secret. Give this or `onHost`."),
    onHost: onHost
      .optional()
      .describe("Run hub and proxy directly on the host, as units of systemd, without a container."),
    insideAddress: ipAddress().describe(
      "The hub host's address on the cluster's network; single-user servers call the hub's API here, port 8081, by TLS with a certificate of the hub's own authority.",
    ),
    insideInterface: interfaceName().describe("The hub host's network interface on the cluster's network."),
    insideNetworks: z
      .array(network())
      .min(1, "must name at least one network")
      .describe("Networks of the compute and login nodes: the only ones that may reach the hub's API."),
    outsideInterface: interfaceName().describe(
      "The hub host's network interface towards the users. Only port 443 answers there, and 80 where `web` is set.",
    ),
    sshFrom: z
      .array(network())
      .min(1, "must name at least one network, or nobody gets in by SSH any more")
      .describe("Networks from which SSH to the hub host is let in. It must hold the machine that runs Pulumi."),
    sshPort: port().default(22).describe("Port of the hub host's sshd, as the firewall lets it in."),
    stateDirectory: absolutePath()
      .optional()
      .describe(
        "Home of the account on the hub host; what must survive (database, cookie secret) is kept in `state` below it. Default: `/var/lib/jupyterhub`; with `onHost` it is `/srv/jupyterhub`.",
      ),
    database: databaseSection
      .prefault({})
      .describe("The hub's database. A change of kind starts with an empty one: end all servers before."),
    backup: backupSection.prefault({}).describe("Backups of the hub's state: its database and the secrets beside it."),
    extraHosts: z
      .record(z.string(), ipAddress())
      .default({})
      .describe("Names the hub's container must resolve that are not in the site's DNS: name to address."),
  })
  .refine(({ image, onHost }) => (image === undefined) !== (onHost === undefined), {
    error: "must have either image or onHost: the hub in containers, or directly on its host",
    path: ["image"],
  })
  .transform((hub) => ({
    ...hub,
    stateDirectory: hub.stateDirectory ?? (hub.onHost ? "/srv/jupyterhub" : "/var/lib/jupyterhub"),
  }));

/** How the hub's address is secured: references/vub-hydra.md, "Network". */
export const tlsSection = z
  .strictObject({
    certificateFile: localPath()
      .optional()
      .describe("PEM file with the certificate and its chain, on the machine that runs Pulumi."),
    keyFile: localPath().optional().describe("PEM file with the private key, on the machine that runs Pulumi."),
    request: flag()
      .default(false)
      .describe(
        "Make the private key on the hub host, which it never leaves, and a request beside it to send to a certificate authority (docs/web.md). Until the certificate is there, hub and proxy wait for it while all else is deployed. Then it is put beside the key, or named in `certificateFile`; there is no `keyFile`.",
      ),
    selfSigned: flag()
      .default(false)
      .describe("Make a self-signed certificate on the hub host. Only with `stage: dev`."),
    trustFile: localPath()
      .optional()
      .describe(
        "PEM file with further certificate authorities the hub trusts, for example the site's own that signed the identity provider's certificate.",
      ),
  })
  .describe("The hub's certificate.");

/** What people see. */
export const pageSection = z
  .strictObject({
    name: title().default("JupyterHub").describe("The service's name on the pages."),
    announcement: title().optional().describe("A line shown on every page of the hub."),
    helpUrl: helpUrl()
      .optional()
      .describe("Where to find help, an https: or mailto: address; linked on every page and named on error pages."),
  })
  .describe("The hub's pages.");
