import { expect, it } from "vitest";
import { mayLockOut } from "./sensitive";

it.each([
  ["/etc/ssh/sshd_config", true],
  ["/etc/ssh/sshd_config.d/60-x.conf", true],
  ["/etc/ssh/ssh_config", false],
  ["/etc/sudoers.d/x", true],
  ["/etc/pam.d/sshd", true],
  ["/etc/security/access.conf", true],
  ["/etc/passwd", true],
  ["/etc/passwdqc.conf", false],
  ["/home/admin/.ssh/authorized_keys", true],
  ["/etc/jupyterhub/config.py", false],
])("a file that may lock the administrator out: %s %s", (path, may) => expect(mayLockOut(path)).toBe(may));
