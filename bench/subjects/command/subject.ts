import { attach } from "../../../box/api";
import { runDir } from "../../../box/paths";
import { address } from "../../../box/site";
import { runtimePython } from "../../../test/run/python";
import { judge } from "../../aim";
import { columns, median, ratio } from "../../columns";
import type { Options } from "../../options";
import type { Report, Subject } from "../../subject";

const SITE = "vub";
const TIMES = 20;

interface Seconds {
  persistent: number[];
  cold: number[];
}

async function measure({ runs }: Options): Promise<Report> {
  const box = await attach(SITE);
  const about = {
    node: { name: "login1", address: address(box.site, "login1", "inside"), port: 22 },
    user: "admin",
    key_file: runDir(SITE, "admin_ed25519"),
    known_hosts_file: runDir(SITE, "known_hosts"),
    command: ["/usr/bin/true"],
    times: TIMES * runs,
  };
  const { stdout, stderr, exitCode } = await box
    .netns(box.site.admin)
    .run([await runtimePython(), "bench/subjects/command/both_ways.py"], {
      input: JSON.stringify(about),
      env: { PYTHONPATH: "runtime" },
      timeoutSeconds: 300,
    });
  if (exitCode !== 0) throw new Error(`the commands failed:\n${stderr.slice(-2000)}`);
  const seconds = JSON.parse(stdout) as Seconds;
  const [persistent, cold] = [median(seconds.persistent), median(seconds.cold)];
  const milliseconds = (value: number) => (value * 1000).toFixed(1);
  const row = (name: string, all: number[]) => [
    name,
    milliseconds(median(all)),
    ratio(median(all), persistent),
    milliseconds(Math.min(...all)),
    milliseconds(Math.max(...all)),
  ];
  const rows = [row("over the hub's connection", seconds.persistent), row("by a cold ssh", seconds.cold)];
  const text = `/usr/bin/true on a login node, ${about.times} times each in turn, as the same account\n${columns([["", "ms", "times", "least", "most"], ...rows])}`;
  return {
    text,
    aims: [judge("a command over the connection, of a cold ssh", persistent / cold, 0.1, "times")],
    figures: seconds,
  };
}

/** One command over the runtime's SSH connection against one that connects first. */
export const command: Subject = {
  name: "command",
  description: "one command over the hub's persistent SSH connection, and by a cold ssh",
  seconds: 20,
  site: SITE,
  measure,
};
