/** Options that Slurm's form knows, as an attacker would fill them. */
import type { FitCase, OptionCase } from "../../abuse/options";

/** Nobody offers these. */
export const REFUSED: OptionCase[] = [
  { what: "a directive on a line of its own", way: "api", options: { partition: "short\n#SBATCH --uid=0" } },
  { what: "a directive on a line of its own", way: "form", options: { partition: "short\r\n#SBATCH --uid=0" } },
  { what: "a directive on a line of its own", way: "query", options: { runtime: "0:10:00\n#SBATCH --uid=0" } },
  { what: "a flag behind the value", way: "api", options: { partition: "short --uid=0" } },
  { what: "a flag for the value", way: "query", options: { partition: "--uid=0" } },
  { what: "a command in the partition", way: "api", options: { partition: "$(id)" } },
  { what: "a template in the run time", way: "api", options: { runtime: "{{ 7*7 }}" } },
  { what: "a null byte", way: "api", options: { partition: "short\u0000" } },
  { what: "a right-to-left mark", way: "api", options: { partition: "sh\u202eort" } },
  { what: "digits of another script", way: "api", options: { nprocs: "\u0661" } },
  { what: "a partition that is not offered", way: "api", options: { partition: "debug" } },
  { what: "two partitions", way: "api", options: { partition: "short,long" } },
  { what: "a list for the partition", way: "api", options: { partition: ["short"] } },
  { what: "an object for the partition", way: "api", options: { partition: { name: "short" } } },
  { what: "a truth value for the cores", way: "api", options: { nprocs: true } },
  { what: "a fraction of a core", way: "api", options: { nprocs: 1.5 } },
  { what: "no core", way: "api", options: { nprocs: 0 } },
  { what: "fewer cores than none", way: "form", options: { nprocs: "-1" } },
  { what: "more cores than are offered", way: "api", options: { nprocs: 5 } },
  { what: "more cores than are offered", way: "form", options: { nprocs: "5" } },
  { what: "more cores than are offered", way: "query", options: { nprocs: "5" } },
  { what: "cores without end", way: "api", options: { nprocs: 10 ** 30 } },
  { what: "more time than the partition has", way: "api", options: { runtime: "4:00:01" } },
  { what: "more time than the partition has", way: "query", options: { runtime: "5-00:00:00" } },
  { what: "time without end", way: "api", options: { runtime: "UNLIMITED" } },
  { what: "no time", way: "api", options: { runtime: "0:00:00" } },
  { what: "more memory than is offered", way: "api", options: { memory: "9999G" } },
  { what: "all the memory of a node", way: "api", options: { memory: "0" } },
  { what: "GPUs where there are none", way: "api", options: { ngpus: 1 } },
  { what: "a reservation", way: "api", options: { reservation: "maintenance" } },
  { what: "further options of sbatch", way: "api", options: { options: "--account=alice" } },
  { what: "further options of sbatch", way: "form", options: { options: "--uid=0" } },
  { what: "another user's account", way: "api", options: { account: "alice" } },
  { what: "a quality of service", way: "api", options: { qos: "high" } },
  { what: "the whole node", way: "api", options: { exclusive: true } },
  { what: "another user's name", way: "api", options: { username: "alice" } },
  { what: "another home", way: "api", options: { homedir: "/home/alice" } },
];

/** These are offered; what the form sends beside them is taken from the configuration instead. */
export const FIT: FitCase[] = [
  { what: "what is offered", way: "api", options: { nprocs: 2, memory: "600M" }, job: { cores: 2, memoryMb: 600 } },
  {
    what: "a path, modules and commands of one's own for the environment",
    way: "api",
    options: { environment_path: "/home/bob/evil", environment_modules: "evil", prologue: "touch /home/bob/pwned" },
    job: {},
  },
  { what: "generic resources by their name", way: "form", options: { gres: "gpu:8" }, job: {} },
];
