/** What a login node of another distribution than Debian's needs, or lacks. */
import type { Facts } from "../../plugins/host/sdk";

/** Why a login node cannot be prepared: its sshd would not read what is put there for it, and let the hub in without its limits. */
export function dropInsRefusal(node: string, { sshdDropIns }: Facts): string | undefined {
  if (sshdDropIns) return undefined;
  return `Login node ${node}: /etc/ssh/sshd_config does not include /etc/ssh/sshd_config.d, so that the limits of the hub's account would not hold there. Next: on that node, put the line "Include /etc/ssh/sshd_config.d/*.conf" at the top of /etc/ssh/sshd_config (sshd 8.2 or newer; the RHEL family's since 8.4), make the directory, check with "sshd -t", and run again.`;
}

/** What SELinux needs to know of an account whose home is not where homes are: sshd may read keys only below directories labelled for it. */
export function keyLabelNotice({ selinux, hostname }: Facts, home: string, account: string): string | undefined {
  if (!selinux || home.startsWith("/home/")) return undefined;
  return `${hostname} has SELinux on, and ${account}'s home ${home} is not below /home: sshd may not read its authorized_keys there. Next, on that host: semanage fcontext -a -t ssh_home_t '${home}/\\.ssh(/.*)?' && restorecon -R ${home}/.ssh (semanage is in policycoreutils-python-utils); or give login.home below /home.`;
}
