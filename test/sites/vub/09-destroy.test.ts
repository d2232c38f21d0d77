/** `pulumi destroy` leaves the hosts as they were, and reachable; then `up` makes it all again. */
import { beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { deploy } from "../deploy";

let box: Box;

beforeAll(async () => {
  box = await attach("vub");
});

test("destroy removes what was made", async () => {
  await box.host("slurm").run(["scancel", "--name=jupyterhub"]);
  const { exitCode, stdout, stderr } = await box.pulumi(["destroy", "--yes", "--skip-preview", "--non-interactive"], {
    timeoutSeconds: 290,
  });
  expect(exitCode, stdout.slice(-4000) + stderr).toBe(0);
  for (const host of ["hub", "login1", "login2"]) {
    const left = await box
      .host(host)
      .run([
        "sh",
        "-c",
        "getent passwd jupyterhub; ls -d /etc/jupyterhub* /etc/sudoers.d/jupyterhub* /etc/ssh/sshd_config.d/*jupyterhub* /etc/systemd/system/jupyterhub* /etc/sysctl.d/*jupyterhub* /var/lib/jupyterhub* /usr/local/lib/jupyterhub* /usr/local/sbin/jupyterhub* /apps/jupyterhub /apps/modulefiles/jupyterhub 2>/dev/null; grep -s jupyterhub /etc/subuid; systemctl list-units --all --no-legend --plain 'jupyterhub*'",
      ]);
    expect(left.stdout, host).toBe("");
  }
  expect((await box.host("hub").run(["sh", "-c", "command -v podman nft"])).stdout).toBe("");
});

test("the hosts are reachable as before", async () => {
  for (const address of ["10.77.0.10", "10.77.0.11", "10.77.0.12"]) {
    const { exitCode, stderr } = await box
      .netns("admin")
      .run([
        "ssh",
        "-o",
        "BatchMode=yes",
        "-o",
        "UserKnownHostsFile=.box/vub/known_hosts",
        "-i",
        ".box/vub/admin_ed25519",
        `admin@${address}`,
        "sudo",
        "-n",
        "true",
      ]);
    expect(exitCode, stderr).toBe(0);
  }
});

test("`up` makes it all again", async () => {
  await deploy(box);
});
