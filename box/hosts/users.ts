/** Who may be on a host: the administrator's key, and the cluster's users and groups with the same numbers everywhere. */
import { readFile } from "node:fs/promises";
import { runDir } from "../paths";
import type { Host, Site } from "../site";
import { mustRunOn } from "./run";

/** A shell script that makes the groups and users that are missing, and their homes, readable by nobody else. */
export function usersScript(site: Site): string {
  // Hosts that share /home boot at once: one of them makes a home.
  const lines = ["set -eu", "exec 9>>/home/.box-lock", "flock 9"];
  for (const group of site.groups) {
    lines.push(`getent group ${group.name} >/dev/null || groupadd --gid ${group.gid} ${group.name}`);
  }
  for (const user of site.users) {
    const password = user.password === undefined ? [] : [`printf '%s\\n' '${user.name}:${user.password}' | chpasswd`];
    const home = `/home/${user.name}`;
    lines.push(
      `getent passwd ${user.name} >/dev/null || useradd --uid ${user.uid} --user-group --groups ${user.groups.join(",")} --no-create-home --home-dir ${home} --shell /bin/bash ${user.name}`,
      ...password,
      `[ -d ${home} ] || { cp -r /etc/skel ${home}; chown -R ${user.name}: ${home}; chmod 0700 ${home}; }`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** A shell script that lets the holder of a key in as the given accounts. */
export function accessScript(key: string, accounts: string[]): string {
  const lines = ["set -eu"];
  for (const account of accounts) {
    lines.push(
      `home=$(getent passwd ${account} | cut -d: -f6)`,
      `install -d -m 0700 -o ${account} -g ${account} "$home/.ssh"`,
      `printf '%s\\n' '${key}' > "$home/.ssh/authorized_keys"`,
      `chown ${account}: "$home/.ssh/authorized_keys" && chmod 0600 "$home/.ssh/authorized_keys"`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** Lets the administrator in, and makes the site's users where the host has them. */
export async function ensureUsers(site: Site, host: Host): Promise<void> {
  const key = (await readFile(runDir(site.name, "admin_ed25519.pub"), "utf8")).trim();
  const accounts = site.administered.includes(host.name) ? ["root", "admin"] : ["root"];
  const script = accessScript(key, accounts) + (host.users ? usersScript(site) : "");
  await mustRunOn(site, host, ["sh"], { input: script });
}
