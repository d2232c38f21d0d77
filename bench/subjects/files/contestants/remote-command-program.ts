/** A Pulumi program that brings the files and units of a JSON file in TRIAL_SPECIFICATION to a host by commands. */
import { readFileSync } from "node:fs";
import { remote } from "@pulumi/command";
import type { Load } from "../load";

interface Specification {
  connection: { host: string; user: string; hostKey: string; privateKey: string };
  load: Load;
}

const { connection, load } = JSON.parse(readFileSync(process.env.TRIAL_SPECIFICATION ?? "", "utf8")) as Specification;
for (const { path, content } of load.files) {
  const put = `sudo install -m 0644 /dev/stdin ${path}`;
  new remote.Command(path, { connection, create: put, update: put, stdin: content });
}
for (const { name, path, content } of load.units) {
  const start = `sudo sh -c 'install -m 0644 /dev/stdin ${path} && systemctl daemon-reload && systemctl enable --quiet --now ${name}'`;
  new remote.Command(name, { connection, create: start, update: start, stdin: content });
}
