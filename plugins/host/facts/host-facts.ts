/** What a host says about itself. */
export interface Facts {
  /** Its own idea of its name. */
  hostname: string;
  /** From /etc/os-release: ID, VERSION_ID and the words of ID_LIKE. */
  os: { id: string; versionId: string; idLike: string[] };
  /** `uname -r`. */
  kernel: string;
  /** Version of systemd: "257.7-1". Empty where there is none. */
  systemd: string;
  /** Name of the SSH server's unit: "ssh" in the Debian family, "sshd" elsewhere. */
  sshdUnit: "ssh" | "sshd";
  /** Which package manager is there. */
  packageManager: "apt" | "dnf";
  /** Version of sudo: "1.9.16p2". */
  sudoVersion?: string;
  /** Version of Node.js: "20.19.2". */
  nodeVersion?: string;
  /** Whether SELinux is on (enforcing or permissive). */
  selinux: boolean;
  /** Whether firewalld runs: it rejects what it was not told to let in, whatever another table accepts. */
  firewalld: boolean;
  /** Whether sshd reads /etc/ssh/sshd_config.d. */
  sshdDropIns: boolean;
}
