import { Failure } from "../../rpc/failure";
import type { Command, Script } from "../connection/command";
import { parseFields } from "./fields";
import type { Facts } from "./host-facts";

const FACTS: Script = {
  name: "host_facts",
  body: `
field hostname "$(cat /proc/sys/kernel/hostname)"
field kernel "$(uname -r)"
for file in /etc/os-release /usr/lib/os-release; do
  if [ -r "$file" ]; then
    ( . "$file"; field id "\${ID:-}"; field version "\${VERSION_ID:-}"; field like "\${ID_LIKE:-}" )
    break
  fi
done
field systemd "$(systemctl --version 2>/dev/null | sed -n '1s/^systemd [0-9]* (\\(.*\\))$/\\1/p')"
for unit in ssh sshd; do
  for dir in /etc /run /usr/lib /lib; do
    if [ -f "$dir/systemd/system/$unit.service" ]; then field sshd "$unit"; break 2; fi
  done
done
for manager in apt-get dnf; do if command -v "$manager" >/dev/null; then field manager "$manager"; break; fi; done
if command -v sudo >/dev/null; then field sudo "$(sudo -V | sed -n '1s/^Sudo version //p')"; fi
if command -v node >/dev/null; then field node "$(node --version)"; fi
if command -v getenforce >/dev/null; then field selinux "$(getenforce)"; fi
if systemctl is-active --quiet firewalld.service 2>/dev/null; then field firewalld yes; fi
if grep -qis '^[[:blank:]]*include[[:blank:]].*sshd_config\\.d/' /etc/ssh/sshd_config; then field sshd_drop_ins yes; fi
`,
};

/** Asks a host what it is. */
export const readFacts: Command = { script: FACTS, args: [] };

/** Reads the answer. @throws Failure for a host with neither apt nor dnf. */
export function parseFacts(where: string, stdout: string): Facts {
  const fields = parseFields(stdout);
  const manager = fields.get("manager");
  if (manager === undefined)
    throw new Failure(`${where} has neither apt-get nor dnf: only the Debian and RHEL families are supported.`);
  const node = fields.get("node")?.replace(/^v/, "");
  const selinux = fields.get("selinux") ?? "Disabled";
  return {
    hostname: fields.get("hostname") ?? "",
    os: {
      id: fields.get("id") ?? "",
      versionId: fields.get("version") ?? "",
      idLike: (fields.get("like") ?? "").split(/\s+/).filter((word) => word !== ""),
    },
    kernel: fields.get("kernel") ?? "",
    systemd: fields.get("systemd") ?? "",
    sshdUnit: fields.get("sshd") === "ssh" ? "ssh" : "sshd",
    packageManager: manager === "dnf" ? "dnf" : "apt",
    ...(fields.has("sudo") ? { sudoVersion: fields.get("sudo") as string } : {}),
    ...(node ? { nodeVersion: node } : {}),
    selinux: selinux !== "Disabled",
    firewalld: fields.has("firewalld"),
    sshdDropIns: fields.has("sshd_drop_ins"),
  };
}

/** What a preview is told that must not contact any host: a Debian. */
export const OFFLINE_FACTS: Facts = {
  hostname: "offline",
  os: { id: "debian", versionId: "13", idLike: [] },
  kernel: "",
  systemd: "257",
  sshdUnit: "ssh",
  packageManager: "apt",
  selinux: false,
  firewalld: false,
  sshdDropIns: true,
};
