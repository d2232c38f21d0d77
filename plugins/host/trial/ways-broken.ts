/** Files and rules by which a host can be entered, good and bad ones. */
import type { Specification } from "./trial";

export const DROP_IN = "/etc/ssh/sshd_config.d/90-trial.conf";
export const GOOD = "X11Forwarding no\n";
export const BAD = "DenyUsers admin\n";
export const OTHER = "X11Forwarding yes\n";
const RELOAD = { validate: ["sshd", "-t", "-f", "%s"], guarded: true, reload: [["systemctl", "reload", "ssh"]] };

type Resource = Specification["resources"][number];
export function sshd(content: string): Resource {
  return { type: "File", name: "sshd", args: { path: DROP_IN, content, ...RELOAD } };
}
export function sudoers(content: string): Resource {
  const validate = ["visudo", "-cf", "%s"];
  // Guarded without being told, for its path.
  const args = { path: "/etc/sudoers.d/zz-trial", content, mode: "0440", validate };
  return { type: "File", name: "sudoers", args };
}
export function firewall(rule: string): Resource {
  const chain = `chain input {\n    type filter hook input priority 0; policy accept;\n    ${rule}\n  }`;
  const content = `table inet trial {\n  ${chain}\n}\n`;
  return { type: "Firewall", name: "firewall", args: { table: "trial", path: "/etc/trial-firewall/r.nft", content } };
}
