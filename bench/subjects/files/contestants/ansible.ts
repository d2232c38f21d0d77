import { join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { lockedPython } from "../../../../runtime/locked-python";
import { measure } from "../../../measure";
import type { Contestant } from "../contestant";
import type { Load } from "../load";
import { makeWorkspace, sshOptions } from "./workspace";

/** Where the locked versions of the Python contestants are. */
export const LOCKS = ["bench/requirements.txt"] as const;

/** The play as a person would write it: one task a kind of thing, looping over its things. */
export function playbook(load: Load): string {
  const copies = [...load.files, ...load.units].map(({ path }) => path);
  const tasks = [
    {
      name: "Files and units",
      "ansible.builtin.copy": { src: "tree{{ item }}", dest: "{{ item }}", owner: "root", group: "root", mode: "0644" },
      loop: copies,
    },
    {
      name: "Units run",
      "ansible.builtin.systemd_service": { name: "{{ item }}", enabled: true, state: "started", daemon_reload: true },
      loop: load.units.map(({ name }) => name),
    },
  ];
  return stringify([{ hosts: "all", become: true, gather_facts: false, tasks }]);
}

export const ansible: Contestant = {
  name: "ansible-core",
  description:
    "ansible-core 2.19.14: loops over copy and systemd_service, become, pipelining and ControlPersist on, no facts gathered; its --check takes as long as a run",
  applies: true,
  async prepare(target, load) {
    const bin = await lockedPython(LOCKS, "the bench's");
    const { address, user, privateKeyFile } = target.admin;
    const host = { ansible_host: address, ansible_user: user, ansible_ssh_private_key_file: privateKeyFile };
    const python = { ansible_python_interpreter: "/usr/bin/python3" };
    const workspace = await makeWorkspace(load, {
      "inventory.yml": stringify({ all: { hosts: { bench: { ...host, ...python } } } }),
      "play.yml": playbook(load),
    });
    const control = ["-o", `ControlPath=${workspace.directory}/ssh`];
    const persist = ["-o", "ControlMaster=auto", "-o", "ControlPersist=60s"];
    const env = {
      ANSIBLE_PIPELINING: "True",
      ANSIBLE_NOCOLOR: "1",
      ANSIBLE_HOME: workspace.directory,
      ANSIBLE_SSH_ARGS: [...sshOptions(target), ...control, ...persist].join(" "),
    };
    const argv = [...target.prefix, join(bin, "ansible-playbook"), "-i", "inventory.yml", "play.yml"];
    const hangUp = () =>
      execa("ssh", [...control, "-O", "exit", `${user}@${address}`], { reject: false, stdio: "ignore" });
    const play = async () => {
      // Each run is one that somebody starts by hand: it makes its own connection.
      await hangUp();
      return measure({ argv, cwd: workspace.directory, env }, target.cpu);
    };
    const again = async () => {
      const result = await play();
      if (!/changed=0 /.test(result.output)) throw new Error(`ansible changed something again:\n${result.output}`);
      return result;
    };
    const clean = async () => {
      await hangUp();
      await workspace.remove();
    };
    return { steps: { first: play, again }, clean };
  },
};
