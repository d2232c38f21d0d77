/** What sshd, PAM, sudo and the packet filter go by. */
const SENSITIVE = [
  /^\/etc\/ssh\/(sshd_config($|\.d\/)|sshrc$)/,
  /^\/etc\/sudo(ers($|\.d\/)|\.conf$)/,
  /^\/etc\/(pam\.d|security|nftables|firewalld|iptables|ufw)\//,
  /^\/etc\/(nftables\.conf|nsswitch\.conf|hosts\.allow|hosts\.deny|passwd|shadow|group|gshadow|login\.defs|shells|nologin)$/,
  /\/\.ssh\/authorized_keys2?$/,
];

/** Whether a wrong text in this file can lock the administrator out, so that a change of it is guarded unless somebody says otherwise. */
export function mayLockOut(path: string): boolean {
  return SENSITIVE.some((pattern) => pattern.test(path));
}
