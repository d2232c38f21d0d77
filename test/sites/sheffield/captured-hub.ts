/** What a captured hub has on the Sheffield site: its account on the submit host itself. There is no key to be stolen, and nothing that SSH would forward. */
import { randomBytes } from "node:crypto";
import type { CapturedHub } from "../../abuse/captured-hub";
import type { AbuseSite } from "../../abuse/site";

const PROGRAM = "/usr/local/lib/jupyterhub-hpc-jupyter/cluster";

/** The hub's account in somebody else's hands. */
export function capturedHubOf(site: AbuseSite): CapturedHub {
  return {
    ask: (command, input = "", variables = {}) =>
      site.box.host(site.hosts.submit).run(["timeout", "25", PROGRAM, ...command.split(" ")], {
        ...{ user: site.submitAccount, input, env: variables },
      }),
    program: PROGRAM,
    script: (further = "", commands = "sleep 60") => `#!/bin/bash -p
#$ -clear
#$ -N jupyterhub-${randomBytes(8).toString("hex")}
#$ -S /bin/bash
#$ -wd /
#$ -o /dev/null
#$ -j y
#$ -r n
#$ -l h_rt=0:10:00
#$ -q all.q
${further}
${commands}
`,
    lines: [
      ["its whole environment", "#$ -V"],
      ["a variable", "#$ -v LD_PRELOAD=/tmp/x.so"],
      ["another account", "#$ -A alice"],
      ["a project that is not offered", "#$ -P secret"],
      ["another queue", "#$ -q cstest.q"],
      ["a queue that is not offered", "#$ -q secret.q"],
      ["a queue for the first of its tasks", "#$ -masterq secret.q"],
      ["more cores", "#$ -pe openmp 64"],
      ["another parallel environment", "#$ -pe mpi 2"],
      ["a range of cores", "#$ -pe openmp 2-64"],
      ["more time", "#$ -l h_rt=999:00:00"],
      ["more memory", "#$ -l rmem=9999999M"],
      ["another resource", "#$ -l gpu=1"],
      ["two resources at once", "#$ -l h_rt=0:10:00,gpu=1"],
      ["an array of jobs", "#$ -t 1-1000"],
      ["a date", "#$ -a 203001010000"],
      ["priority", "#$ -p 1000"],
      ["a share of the job's", "#$ -js 1000"],
      ["a reservation", "#$ -R y"],
      ["somebody else's advance reservation", "#$ -ar 1"],
      ["to be started again", "#$ -r y"],
      ["mail", "#$ -M evil@evil.example"],
      ["another place for the output", "#$ -o /home/alice/.bashrc"],
      ["a place for the errors", "#$ -e /home/alice/.bashrc"],
      ["a file for its input", "#$ -i /etc/shadow"],
      ["another shell", "#$ -S /home/bob/evil"],
      ["another directory", "#$ -wd /root"],
      ["a program in the script's place", "#$ -b y"],
      ["options from a file", "#$ -@ /home/bob/options"],
      ["another beginning of such lines", "#$ -C #PBS"],
      ["a context", "#$ -ac name=value"],
      ["a verifier of its own", "#$ -jsv /home/bob/evil"],
      ["to wait for another's job", "#$ -hold_jid 1"],
      ["two options on a line", "#$ -r n -V"],
      ["an option behind a tab", "#$\t-V"],
      ["an option without a blank", "#$-V"],
      ["an option behind a blank", " #$ -V"],
      ["another name", "#$ -N somebody-else"],
      ["a line that ends early", "#$ -r n\r#$ -V"],
      ["a null byte", "#$ -r n\0"],
      ["a script of a megabyte", `# ${"a".repeat(1_000_000)}`],
    ],
    submit: ["/usr/bin/qsub", "-terse"],
    schedulerAccount: "sgeadmin",
    variables: ["SGE_ROOT", "SGE_CELL", "SGE_QMASTER_PORT", "SGE_EXECD_PORT", "SGE_CLUSTER_NAME", "SGE_JSV_TIMEOUT"],
    jobId: "JOB_ID",
  };
}
