/** What the box's Grid Engine knows: hosts, queues, a parallel environment, resources and projects, as `qconf` reads them. */
import { type Site, schedulerOf } from "../site";

/** Slots and memory each execution host is said to have, whatever the machine has. */
const nodeSize = { slots: 4, memory: "4G" };

/** A queue. It sets no limits; those that matter stand in the job. */
function queue(name: string, hosts: string, wallClock: string): string {
  return `qname ${name}
hostlist ${hosts}
seq_no 0
load_thresholds NONE
suspend_thresholds NONE
nsuspend 1
suspend_interval 00:05:00
priority 0
min_cpu_interval 00:05:00
processors UNDEFINED
qtype BATCH INTERACTIVE
ckpt_list NONE
pe_list openmp
rerun FALSE
slots ${nodeSize.slots}
tmpdir /tmp
shell /bin/bash
prolog NONE
epilog NONE
shell_start_mode unix_behavior
starter_method NONE
suspend_method NONE
resume_method NONE
terminate_method NONE
notify 00:00:10
owner_list NONE
user_lists NONE
xuser_lists NONE
subordinate_list NONE
complex_values NONE
projects NONE
xprojects NONE
calendar NONE
initial_state default
s_rt INFINITY
h_rt ${wallClock}
s_cpu INFINITY
h_cpu INFINITY
s_fsize INFINITY
h_fsize INFINITY
s_data INFINITY
h_data INFINITY
s_stack INFINITY
h_stack INFINITY
s_core INFINITY
h_core INFINITY
s_rss INFINITY
h_rss INFINITY
s_vmem INFINITY
h_vmem INFINITY
`;
}

const parallelEnvironment = `pe_name openmp
slots 999
user_lists NONE
xuser_lists NONE
start_proc_args NONE
stop_proc_args NONE
allocation_rule $pe_slots
control_slaves FALSE
job_is_first_task TRUE
urgency_slots min
accounting_summary FALSE
qsort_args NONE
`;

const project = (name: string) => `name ${name}
oticket 0
fshare 0
acl NONE
xacl NONE
`;

const host = (name: string) => `hostname ${name}
load_scaling NONE
complex_values slots=${nodeSize.slots},rmem=${nodeSize.memory},gpu=0
user_lists NONE
xuser_lists NONE
projects NONE
xprojects NONE
usage_scaling NONE
report_variables NONE
`;

/** A script for the manager that adds what is missing. */
export function clusterObjects(site: Site): string {
  const { nodes } = schedulerOf(site);
  const last = nodes.slice(-1).join(" ");
  const add = (shown: string, option: string, text: string) =>
    `qconf ${shown} >/dev/null 2>&1 || { cat >"$file" <<'EOF'\n${text}EOF\nqconf ${option} "$file"; }`;
  return `set -eu
file=$(mktemp) && trap 'rm -f "$file"' EXIT
qconf -sc >"$file"
grep -q '^rmem ' "$file" || { echo 'rmem rmem MEMORY <= YES YES 1G 0' >>"$file"; qconf -Mc "$file"; }
qconf -sc >"$file"
grep -q '^gpu ' "$file" || { echo 'gpu gpu INT <= YES YES 0 0' >>"$file"; qconf -Mc "$file"; }
qconf -ssconf | sed 's/^schedule_interval .*/schedule_interval 0:0:1/; s/^flush_submit_sec .*/flush_submit_sec 1/; s/^flush_finish_sec .*/flush_finish_sec 1/' >"$file"
qconf -Msconf "$file"
${nodes.map((node) => `qconf -ah ${node} >/dev/null 2>&1 || :\n${add(`-se ${node}`, "-Ae", host(node))}`).join("\n")}
${add("-shgrp @allhosts", "-Ahgrp", `group_name @allhosts\nhostlist ${nodes.join(" ")}\n`)}
${add("-sp openmp", "-Ap", parallelEnvironment)}
${add("-sq all.q", "-Aq", queue("all.q", "@allhosts", "96:00:00"))}
${add("-sq cstest.q", "-Aq", queue("cstest.q", last, "04:00:00"))}
${add("-sprj cs-test", "-Aprj", project("cs-test"))}
`;
}
