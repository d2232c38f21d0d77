import { join } from "node:path";
import { lockedPython } from "../../../../runtime/locked-python";
import { measure } from "../../../measure";
import type { Contestant } from "../contestant";
import { LOCKS } from "./ansible";
import { makeWorkspace } from "./workspace";

const DEPLOY = `import json
from pyinfra.operations import files, systemd

with open("load.json") as source:
    load = json.load(source)
for path in load["paths"]:
    files.put(name=path, src=f"tree{path}", dest=path, user="root", group="root", mode="644")
systemd.daemon_reload(name="systemd reads its units")
for unit in load["units"]:
    systemd.service(name=unit, service=unit, running=True, enabled=True)
`;

export const pyinfra: Contestant = {
  name: "pyinfra",
  description: "pyinfra 3.10.0: files.put and systemd.service in loops, sudo",
  applies: true,
  async prepare(target, load) {
    const bin = await lockedPython(LOCKS, "the bench's");
    const { address, user, privateKeyFile } = target.admin;
    const data = {
      ssh_user: user,
      ssh_key: privateKeyFile,
      ssh_known_hosts_file: target.knownHosts,
      ssh_strict_host_key_checking: "yes",
    };
    const paths = [...load.files, ...load.units].map(({ path }) => path);
    const workspace = await makeWorkspace(load, {
      "inventory.py": `hosts = [(${JSON.stringify(address)}, ${JSON.stringify(data)})]\n`,
      "deploy.py": DEPLOY,
      "load.json": JSON.stringify({ paths, units: load.units.map(({ name }) => name) }),
    });
    const argv = [...target.prefix, join(bin, "pyinfra"), "inventory.py", "deploy.py", "--sudo"];
    const run = (...more: string[]) => measure({ argv: [...argv, ...more], cwd: workspace.directory }, target.cpu);
    const steps = { first: () => run("--yes"), preview: () => run("--dry"), again: () => run("--yes") };
    return { steps, clean: workspace.remove };
  },
};
