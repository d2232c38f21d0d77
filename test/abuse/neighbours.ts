/** The hub's key, database and secrets, as its neighbours on the hub host see them: other accounts, and the proxy's container. */
import { describe, expect, test } from "vitest";
import type { AbuseSite } from "./site";

/** What belongs to the hub's container alone. */
const OF_THE_HUB = [
  "/etc/jupyterhub/ssh/id_ed25519",
  "/etc/jupyterhub/secrets/oauth.json",
  "/etc/jupyterhub/jupyterhub_config.py",
  "/var/lib/jupyterhub/jupyterhub.sqlite",
  "/var/lib/jupyterhub/jupyterhub_cookie_secret",
];
/** The same and more, as they lie on the host. */
const ON_THE_HOST = [
  ...OF_THE_HUB.slice(0, 3),
  "/etc/jupyterhub/proxy.env",
  "/etc/jupyterhub/tls/key.pem",
  "/var/lib/jupyterhub/state/jupyterhub.sqlite",
  "/var/lib/jupyterhub/state/jupyterhub_cookie_secret",
];

export function neighbourAbuse(site: () => AbuseSite): void {
  const host = () => site().box.host(site().hosts.hub);
  /** Runs a command in one of the hub's containers. */
  const inside = async (container: string, ...argv: string[]) => {
    // From within the unit's own control group: its account may not bring a process in from elsewhere.
    const script = `podman() { runuser -u jupyterhub -- env -C / XDG_RUNTIME_DIR=/run/user/$(id -u jupyterhub) podman "$@"; }
      conmon=$(podman inspect --format '{{.State.ConmonPid}}' "$0") || exit 125
      echo $$ >"/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/$conmon/cgroup)/cgroup.procs" || exit 125
      podman exec "$0" "$@"`;
    const result = await host().run(["bash", "-c", script, container, ...argv]);
    expect(result.exitCode, result.stderr).not.toBe(125);
    return result;
  };

  describe("the hub's secrets", () => {
    test.each(OF_THE_HUB)("the hub reads %s, the proxy's container has no such file", async (path) => {
      expect((await inside("jupyterhub-hub", "head", "-c1", path)).exitCode).toBe(0);
      const { exitCode, stdout } = await inside("jupyterhub-proxy", "cat", path);
      expect(exitCode).not.toBe(0);
      expect(stdout).toBe("");
    });

    test.each(ON_THE_HOST)("another account of the host cannot read %s", async (path) => {
      expect((await host().run(["head", "-c1", path])).exitCode).toBe(0);
      for (const user of ["nobody", "daemon"]) {
        const { exitCode, stdout } = await host().run(["cat", path], { user });
        expect(exitCode, user).not.toBe(0);
        expect(stdout).toBe("");
      }
    });

    test("another account of the host finds no file of the hub's to read, and no secret in its processes", async () => {
      const look =
        "find /etc/jupyterhub /var/lib/jupyterhub /run/user -type f -readable 2>/dev/null; cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c CONFIGPROXY; true";
      const { stdout } = await host().run(["sh", "-c", look], { user: "nobody" });
      expect(stdout.trim()).toBe("0");
    });

    test("neither container writes anywhere but where it must", async () => {
      for (const container of ["jupyterhub-hub", "jupyterhub-proxy", "jupyterhub-network"])
        for (const path of ["/opt", "/usr/bin", "/etc", "/etc/jupyterhub", "/root", "/"]) {
          const { exitCode } = await inside(container, "sh", "-c", `: >${path}/abuse`);
          expect(exitCode, `${container} ${path}`).not.toBe(0);
        }
    });

    test("nothing in a container has a capability, and nothing runs what lies in /tmp", async () => {
      for (const container of ["jupyterhub-hub", "jupyterhub-proxy"]) {
        const { stdout } = await inside(container, "grep", "-E", "^(CapEff|CapBnd|NoNewPrivs)", "/proc/1/status");
        expect(stdout.replace(/\s+/g, " ")).toBe("CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1 ");
        const run = await inside(
          container,
          "sh",
          "-c",
          "cp /bin/true /tmp/abuse && /tmp/abuse; code=$?; rm -f /tmp/abuse; exit $code",
        );
        expect(run.exitCode, container).toBe(126);
      }
    });

    test("the proxy's API wants its token, and answers in the containers only", async () => {
      const ask =
        "import urllib.request, sys; print(urllib.request.urlopen('http://127.0.0.1:8001/api/routes').status)";
      const refused = await inside("jupyterhub-hub", "python3", "-c", ask);
      expect(refused.stderr).toContain("403");
      const { exitCode } = await host().run(["curl", "-s", "-m", "3", "http://127.0.0.1:8001/api/routes"], {
        user: "nobody",
      });
      expect(exitCode).toBe(7);
    });
  });
}
