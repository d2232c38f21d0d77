/** A hub in rootless containers: what confines it beside its account. */
import { describe, expect, test } from "vitest";
import type { Result } from "../../box/api";
import type { Neighbours } from "./neighbours";
import type { AbuseSite } from "./site";

/** Runs a command in one of the hub's containers. */
async function inContainer({ box, hosts }: AbuseSite, container: string, ...argv: string[]): Promise<Result> {
  // From within the unit's own control group: its account may not bring a process in from elsewhere.
  const script = `podman() { runuser -u jupyterhub -- env -C / XDG_RUNTIME_DIR=/run/user/$(id -u jupyterhub) podman "$@"; }
    conmon=$(podman inspect --format '{{.State.ConmonPid}}' "$0") || exit 125
    echo $$ >"/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/$conmon/cgroup)/cgroup.procs" || exit 125
    podman exec "$0" "$@"`;
  const result = await box.host(hosts.hub).run(["bash", "-c", script, container, ...argv]);
  expect(result.exitCode, result.stderr).not.toBe(125);
  return result;
}

/** Hub and proxy in containers: neither has a capability. */
export function containersOf(site: AbuseSite): Pick<Neighbours, "inside" | "status" | "confined"> {
  const inside: Neighbours["inside"] = (process, ...argv) => inContainer(site, `jupyterhub-${process}`, ...argv);
  return {
    inside,
    status: async (process) => (await inside(process, "cat", "/proc/1/status")).stdout,
    confined: (["hub", "proxy"] as const).map((process) => ({
      process,
      capabilities: { effective: 0n, bounding: 0n },
      gains: false,
    })),
  };
}

export function containerAbuse(site: () => AbuseSite): void {
  describe("the containers", () => {
    test("the network's writes nowhere", async () => {
      for (const path of ["/opt", "/usr/bin", "/etc", "/etc/jupyterhub", "/root", "/"]) {
        const { exitCode } = await inContainer(site(), "jupyterhub-network", "sh", "-c", `: >${path}/abuse`);
        expect(exitCode, path).not.toBe(0);
      }
    });

    test("nothing runs what lies in /tmp", async () => {
      const script = "cp /bin/true /tmp/abuse && /tmp/abuse; code=$?; rm -f /tmp/abuse; exit $code";
      for (const container of ["jupyterhub-hub", "jupyterhub-proxy"])
        expect((await inContainer(site(), container, "sh", "-c", script)).exitCode, container).toBe(126);
    });
  });
}
