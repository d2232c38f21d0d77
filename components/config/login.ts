import { z } from "zod";
import { hostAccess } from "./host";
import {
  absolutePath,
  accountName,
  flag,
  hostAddress,
  label,
  localPath,
  moduleName,
  onCalendar,
  port,
  title,
} from "./values";

/** What the hub's own host is called as a login node. */
export const LOCAL_NODE = "hub";

const loginNode = z.strictObject({
  name: label().describe("The node's name in messages and resource names."),
  host: hostAccess.describe("How Pulumi reaches the login node."),
  hubAddress: hostAddress()
    .optional()
    .describe("The address under which the hub reaches it, where that differs from `host.address`."),
  hubPort: port().optional().describe("The port at which the hub reaches it, where that differs from `host.port`."),
});

const most = (least: number) => z.int().min(least).max(1_000_000);

/** How much the hub may ask of one login node. What is over it is refused there, with the time at which it will be less. */
const limits = z.strictObject({
  seconds: z.int().min(10).max(86_400).default(600).describe("The time that the limits are for, in seconds."),
  submitsPerUser: most(1).default(30).describe("Most servers started in that time for one user."),
  submits: most(1).default(1000).describe("Most servers started in that time for all users together."),
  requestsPerUser: most(10)
    .default(300)
    .describe("Most other requests about one user in that time: cancelling, looking for a job, reading its log."),
  requests: most(100)
    .default(6000)
    .describe(
      "Most other requests in that time, looks at the queue (one in each `queryInterval`, and one a second while servers start) included.",
    ),
});

/** The login nodes, where jobs are submitted: references/vub-hydra.md, "Slurm". */
export const loginSection = z.strictObject({
  nodes: z
    .array(loginNode)
    .default([])
    .describe(
      "Login nodes, in order of preference. The hub uses the next when one does not answer. At least one, unless `local`.",
    ),
  local: flag()
    .default(false)
    .describe(
      "The hub's own host is a submit host: jobs are submitted there, without SSH, and on the `nodes` only when that fails. It has the name `hub`. Only with `hub.onHost`.",
    ),
  account: accountName()
    .default("jupyterhub")
    .describe(
      "System account on the login nodes that the hub logs in as. It is created. On the hub's own host (`local`) it is `hub.account`.",
    ),
  usersGroup: accountName().describe(
    "Group whose members may use the hub. The account may have servers started and stopped as its members, and as nobody else.",
  ),
  minimumUid: z
    .int()
    .min(1)
    .max(2_000_000_000)
    .default(1000)
    .describe("Lowest uid of a person. Accounts with a lower one are refused whatever groups they are in."),
  limits: limits.prefault({}).describe("How much the hub may ask of each login node."),
  home: absolutePath()
    .default("/var/lib/jupyterhub-submit")
    .describe("Home of that account; it holds the authorized key and what is counted for `limits`."),
});

/** The users: references/vub-hydra.md, "Authentication". */
export const usersSection = z.strictObject({
  namePattern: z
    .string()
    .refine(isPattern, { error: "must be a regular expression" })
    .default("[a-z][a-z0-9_-]{0,31}")
    .describe(
      "Regular expression that a user name from the identity provider must match as a whole to be let in. Root and system accounts are refused whatever it says.",
    ),
  home: z
    .string()
    .regex(/^\/[A-Za-z0-9._/-]*\{username\}[A-Za-z0-9._/-]*$/, {
      error: "must be an absolute path that contains {username}, such as /home/{username}",
    })
    .default("/home/{username}")
    .describe("A user's home directory on the cluster. `{username}` is the user's name."),
  nameParts: z
    .string()
    .refine(isPattern, { error: "must be a regular expression" })
    .optional()
    .describe(
      "Regular expression with named groups over the user name, whose groups `home` may use: with `(?<site>[a-z]{3})\\d+` the home can be `/user/{site}/{username}`.",
    ),
  shell: absolutePath().default("/bin/bash").describe("Shell of terminals in the lab."),
});

/** An environment that changes without Pulumi: references/sheffield-sharc.rst, "regularly updating". */
const updateSection = z.strictObject({
  lock: absolutePath().describe(
    "The lock file, on the host `install.on`; whoever maintains the site's software puts it there. Its packages are installed with the rights of its owner, so that nobody else may be able to write it.",
  ),
  schedule: onCalendar()
    .default("*-*-* 04:00:00")
    .describe("When to look whether it changed, as OnCalendar of systemd.timer(5)."),
  wheels: absolutePath()
    .optional()
    .describe("Directory of wheels on that host. Default: the host's own package index."),
});

/** The environment that single-user servers run in, on the cluster's shared file system. */
export const environmentSection = z.strictObject({
  name: label().describe("The environment's name in the form and in the job script."),
  title: title().describe("What the form shows."),
  path: absolutePath().describe("Where the environment lies, seen from login and compute nodes."),
  modules: z
    .array(moduleName())
    .default([])
    .describe("Modules loaded before the server starts, in this order, after `module purge`."),
  install: z
    .strictObject({
      on: label().describe(
        "Login node on which it is installed, or `hub` with `login.local`; the path must be on a file system that all nodes share.",
      ),
      python: absolutePath()
        .default("/usr/bin/python3")
        .describe("The Python it is made from; the same on the compute nodes."),
      conda: absolutePath()
        .optional()
        .describe(
          "conda, mamba or micromamba on that host, to make it with in the place of venv and pip; `lock` is then an explicit list (`@EXPLICIT`, each package with a hash).",
        ),
      lock: localPath()
        .optional()
        .describe(
          "The site's own locked requirements on the machine that runs Pulumi, with a hash for every package (docs/environments.md), instead of the project's. They need jupyterhub of the hub's version, and jupyterlab.",
        ),
      packages: localPath()
        .optional()
        .describe("Locked requirements of further packages, on the machine that runs Pulumi, installed beside those."),
      update: updateSection
        .optional()
        .describe(
          "Follow a lock file that lies on the host (docs/environments.md), in the place of `lock`, `packages` and `wheels`: `pulumi up` makes the first version, a timer the later ones.",
        ),
      keep: z
        .int()
        .min(0)
        .max(100)
        .default(2)
        .describe(
          "How many former versions are kept, to go back to. One in which a server may still run is kept in any case.",
        ),
      wheels: localPath()
        .optional()
        .describe(
          "Folder of wheels on the machine that runs Pulumi, made by `npm run image -- --wheels`, for nodes without a package index.",
        ),
      moduleFile: absolutePath().optional().describe("Where to write a module file that activates it. Default: none."),
    })
    .optional()
    .describe("Have it installed from a lock file. Without this key the environment must be there already."),
});

function isPattern(value: string): boolean {
  try {
    new RegExp(value.replaceAll("(?P<", "(?<"));
    return true;
  } catch {
    return false;
  }
}
