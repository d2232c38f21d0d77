/** The hub's key, database and secrets, as its neighbours on the hub host see them: other accounts, and the proxy. */
import { describe, expect, test } from "vitest";
import type { Result } from "../../box/api";
import type { AbuseSite } from "./site";

/** Hub and proxy as they run on their host: each in a container, or as an account in what systemd leaves it. */
export interface Neighbours {
  /** Runs a command where the hub or the proxy runs, with what it may do. */
  inside(process: "hub" | "proxy", ...argv: string[]): Promise<Result>;
  /** /proc/PID/status of the process itself. */
  status(process: "hub" | "proxy"): Promise<string>;
  /** What the hub reads and the proxy must not, by the paths that the hub knows. */
  ofTheHub: string[];
  /** All secrets, as they lie on the host. */
  onTheHost: string[];
  /** Directories in which other accounts of the host find no file to read. */
  directories: string[];
  /** Accounts of the host that have nothing to do with the hub. */
  others: string[];
  /** The capabilities that each may have, and that a program it starts may be given, as masks; and whether one may gain any. */
  confined: {
    process: "hub" | "proxy";
    capabilities: { effective: bigint; bounding: bigint };
    gains: boolean;
  }[];
}

export function neighbourAbuse(site: () => AbuseSite, neighbours: () => Neighbours): void {
  const host = () => site().box.host(site().hosts.hub);

  describe("the hub's secrets", () => {
    test("the hub reads its own, the proxy reads none of them", async () => {
      const { inside, ofTheHub } = neighbours();
      for (const path of ofTheHub) {
        expect((await inside("hub", "head", "-c1", path)).exitCode, path).toBe(0);
        const { exitCode, stdout } = await inside("proxy", "cat", path);
        expect(exitCode, path).not.toBe(0);
        expect(stdout, path).toBe("");
      }
    });

    test("another account of the host reads none of them", async () => {
      for (const path of neighbours().onTheHost) {
        expect((await host().run(["head", "-c1", path])).exitCode, path).toBe(0);
        for (const user of neighbours().others) {
          const { exitCode, stdout } = await host().run(["cat", path], { user });
          expect(exitCode, `${user} ${path}`).not.toBe(0);
          expect(stdout, `${user} ${path}`).toBe("");
        }
      }
    });

    test("another account of the host finds no file of the hub's to read, and no secret in its processes", async () => {
      const look = `find ${neighbours().directories.join(" ")} -type f -readable 2>/dev/null; cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c CONFIGPROXY; true`;
      for (const user of neighbours().others)
        expect((await host().run(["sh", "-c", look], { user })).stdout.trim(), user).toBe("0");
    });

    test("neither hub nor proxy writes anywhere but where it must", async () => {
      for (const process of ["hub", "proxy"] as const)
        for (const path of ["/opt", "/usr/bin", "/etc", "/etc/jupyterhub", "/root", "/"]) {
          const { exitCode } = await neighbours().inside(process, "sh", "-c", `: >${path}/abuse`);
          expect(exitCode, `${process} ${path}`).not.toBe(0);
        }
    });

    test("neither has a capability that it does not need", async () => {
      for (const { process, capabilities, gains } of neighbours().confined) {
        const status = await neighbours().status(process);
        const found = new Map(status.split("\n").map((line) => line.split(/:\s+/) as [string, string]));
        for (const set of ["CapEff", "CapPrm", "CapAmb", "CapBnd"]) {
          const most = set === "CapBnd" ? capabilities.bounding : capabilities.effective;
          expect(BigInt(`0x${found.get(set)}`) & ~most, `${set} of the ${process}`).toBe(0n);
        }
        expect(found.get("NoNewPrivs"), process).toBe(gains ? "0" : "1");
      }
    });

    test("the proxy's API wants its token, and answers nobody but the hub", async () => {
      const api = "http://127.0.0.1:8001/api/routes";
      const ask = `import urllib.request; print(urllib.request.urlopen('${api}').status)`;
      expect((await neighbours().inside("hub", "python3", "-c", ask)).stderr).toContain("403");
      for (const user of neighbours().others)
        expect((await host().run(["curl", "-s", "-m", "3", api], { user })).exitCode, user).toBe(7);
    });
  });
}
