/** The login nodes under a captured hub: test/abuse/captured-hub.ts. */
import { beforeAll } from "vitest";
import { type CapturedHub, capturedHubAbuse } from "../../abuse/captured-hub";
import { type HubKey, hubKeyAbuse, sshAsHub } from "../../abuse/hub-key";
import type { AbuseSite } from "../../abuse/site";
import { vubUnderAttack } from "./abuse-site";

let site: AbuseSite;
beforeAll(async () => {
  site = await vubUnderAttack();
});

const PROGRAM = "/usr/local/lib/jupyterhub-hpc-jupyterhub/cluster";

const KEY: HubKey = {
  key: "/etc/jupyterhub/ssh/id_ed25519",
  knownHosts: "/etc/jupyterhub/ssh/known_hosts",
  loginAddress: "10.77.0.11",
  program: PROGRAM,
};

const HUB: CapturedHub = {
  ask: (command, input, variables = {}) => {
    const set = Object.entries(variables).map((pair) => pair.join("="));
    return sshAsHub(site, KEY, set.length > 0 ? ["-o", `SetEnv=${set.join(" ")}`] : [], command, input);
  },
  program: PROGRAM,
  script: (further = "", commands = "sleep 60") => `#!/bin/bash -p
#SBATCH --job-name=jupyterhub
#SBATCH --comment=00000000000abc0e
#SBATCH --output=/dev/null
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --partition=short
#SBATCH --time=00:10:00
#SBATCH --cpus-per-task=1
${further}
${commands}
`,
  submit: ["/usr/bin/sbatch", "--parsable"],
  schedulerAccount: "slurm",
  variables: ["SBATCH_ACCOUNT", "SBATCH_EXPORT", "SLURM_CONF"],
  jobId: "SLURM_JOB_ID",
  lines: [
    ["another user", "#SBATCH --uid=2001"],
    ["another user, shortened", "#SBATCH --ui=2001"],
    ["another group", "#SBATCH --gid=0"],
    ["another account", "#SBATCH --account=alice"],
    ["another account by its letter", "#SBATCH -A alice"],
    ["another partition", "#SBATCH --partition=long"],
    ["a partition that is not offered", "#SBATCH --partition=debug"],
    ["more cores", "#SBATCH --cpus-per-task=64"],
    ["more time", "#SBATCH --time=99:00:00"],
    ["more memory", "#SBATCH --mem=9999999M"],
    ["all of a node's memory", "#SBATCH --mem=0"],
    ["an array of jobs", "#SBATCH --array=1-1000"],
    ["mail", "#SBATCH --mail-user=evil@evil.example"],
    ["another place for the output", "#SBATCH --output=/home/alice/.bashrc"],
    ["two options on a line", "#SBATCH --nodes=1 --uid=2001"],
    ["an option behind a tab", "#SBATCH\t--uid=2001"],
    ["an option in small letters", "#sbatch --uid=2001"],
    ["an option of another scheduler", "#PBS -u alice"],
    ["a line that ends early", "#SBATCH --nodes=1\r#SBATCH --uid=2001"],
    ["a null byte", "#SBATCH --nodes=1\0"],
    ["a script of a megabyte", `# ${"a".repeat(1_000_000)}`],
  ],
};

capturedHubAbuse(
  () => site,
  () => HUB,
  (marked) =>
    hubKeyAbuse(
      () => site,
      () => KEY,
      marked,
    ),
);
