/** Options that Grid Engine's form knows, as an attacker would fill them. */
import type { FitCase, OptionCase } from "../../abuse/options";

/** Nobody offers these. */
export const REFUSED: OptionCase[] = [
  { what: "a directive on a line of its own", way: "api", options: { queue: "all.q\n#$ -P secret" } },
  { what: "a directive on a line of its own", way: "form", options: { queue: "all.q\r\n#$ -V" } },
  { what: "a directive on a line of its own", way: "query", options: { runtime: "0:10:00\n#$ -V" } },
  { what: "a flag behind the value", way: "api", options: { queue: "all.q -V" } },
  { what: "a flag for the value", way: "query", options: { queue: "-V" } },
  { what: "a command in the queue", way: "api", options: { queue: "$(id)" } },
  { what: "a template in the run time", way: "api", options: { runtime: "{{ 7*7 }}" } },
  { what: "a null byte", way: "api", options: { queue: "all.q\u0000" } },
  { what: "a right-to-left mark", way: "api", options: { queue: "all\u202e.q" } },
  { what: "digits of another script", way: "api", options: { cores: "\u0661" } },
  { what: "a queue that is not offered", way: "api", options: { queue: "secret.q" } },
  { what: "a queue on one host", way: "api", options: { queue: "all.q@exec1" } },
  { what: "a pattern for the queue", way: "query", options: { queue: "*" } },
  { what: "two queues", way: "api", options: { queue: "all.q,cstest.q" } },
  { what: "a list for the queue", way: "api", options: { queue: ["all.q"] } },
  { what: "an object for the queue", way: "api", options: { queue: { name: "all.q" } } },
  { what: "a truth value for the cores", way: "api", options: { cores: true } },
  { what: "a fraction of a core", way: "api", options: { cores: 1.5 } },
  { what: "a range of cores", way: "api", options: { cores: "1-64" } },
  { what: "no core", way: "api", options: { cores: 0 } },
  { what: "fewer cores than none", way: "form", options: { cores: "-1" } },
  { what: "more cores than are offered", way: "api", options: { cores: 5 } },
  { what: "more cores than are offered", way: "form", options: { cores: "5" } },
  { what: "more cores than are offered", way: "query", options: { cores: "5" } },
  { what: "cores without end", way: "api", options: { cores: 10 ** 30 } },
  { what: "more time than the queue has", way: "api", options: { queue: "cstest.q", runtime: "4:00:01" } },
  { what: "more time than the queue has", way: "query", options: { runtime: "5-00:00:00" } },
  { what: "time without end", way: "api", options: { runtime: "INFINITY" } },
  { what: "no time", way: "api", options: { runtime: "0:00:00" } },
  { what: "more memory than is offered", way: "api", options: { memory: "9999G" } },
  { what: "another resource behind the memory", way: "api", options: { memory: "500M,gpu=1" } },
  { what: "GPUs where there are none", way: "api", options: { gpus: 1 } },
  { what: "a project that is not offered", way: "api", options: { project: "secret" } },
  { what: "a project that is not offered", way: "form", options: { project: "secret" } },
  { what: "a resource of the cluster's", way: "api", options: { exclusive: true } },
  { what: "another user's account", way: "api", options: { account: "alice" } },
  { what: "a parallel environment of one's own", way: "api", options: { parallel_environment: "mpi" } },
  { what: "commands for the environment", way: "api", options: { prologue: "touch /home/bob/pwned" } },
  { what: "a path for the environment", way: "form", options: { environment_path: "/home/bob/evil" } },
  { what: "modules of one's own", way: "query", options: { modules: "evil" } },
  { what: "another user's name", way: "api", options: { username: "alice" } },
  { what: "another home", way: "api", options: { homedir: "/home/alice" } },
];

/** These are offered, with nothing beside them; `any` and `default` are written into no job. */
export const FIT: FitCase[] = [
  {
    what: "what is offered",
    way: "api",
    options: { cores: 2, memory: "600M", project: "cs-test" },
    job: {
      cores: 2,
      memoryMb: 600,
      further: { project: "cs-test", account: "sge", environment: "TERM=NONE", resources: "" },
    },
  },
  {
    what: "what is left to Grid Engine",
    way: "form",
    options: { queue: "any", project: "default" },
    job: { partition: "", further: { project: "", account: "sge", environment: "TERM=NONE", resources: "" } },
  },
];
