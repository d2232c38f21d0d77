import { describe, expect, it } from "vitest";
import { parseFacts } from "./read-facts";

/** Recorded on Debian 13. */
const DEBIAN = `hostname hub
kernel 6.12.43
id debian
version 13
like${" "}
systemd 257.13-1~deb13u1
sshd ssh
manager apt-get
sudo 1.9.16p2
`;

/** Not recorded on a host of ours: put together from the release files and command output of Rocky Linux 9. */
const ROCKY = `hostname login1.cluster.example
kernel 5.14.0-503.el9.x86_64
id rocky
version 9.5
like rhel centos fedora
systemd 252-46.el9_5.3
sshd sshd
manager dnf
sudo 1.9.5p2
selinux Enforcing
`;

describe("what a host says about itself", () => {
  it("reads a Debian", () => {
    expect(parseFacts("hub", DEBIAN)).toEqual({
      hostname: "hub",
      os: { id: "debian", versionId: "13", idLike: [] },
      kernel: "6.12.43",
      systemd: "257.13-1~deb13u1",
      sshdUnit: "ssh",
      packageManager: "apt",
      sudoVersion: "1.9.16p2",
      selinux: false,
    });
  });

  it("reads the RHEL family", () => {
    expect(parseFacts("login1", ROCKY)).toMatchObject({
      os: { id: "rocky", versionId: "9.5", idLike: ["rhel", "centos", "fedora"] },
      sshdUnit: "sshd",
      packageManager: "dnf",
      selinux: true,
    });
  });

  it("refuses a host without a package manager it knows", () => {
    expect(() => parseFacts("sun (10.0.0.9)", "hostname sun\n")).toThrow(
      /^sun \(10\.0\.0\.9\) has neither apt-get nor dnf/,
    );
  });
});
