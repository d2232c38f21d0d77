/** The host that all contestants work on. */
import { attach, type Box } from "../../../box/api";
import { runDir } from "../../../box/paths";
import { address } from "../../../box/site";
import { adminOf } from "../../../plugins/host/trial/trial";
import { DIRECTORY, type Load } from "./load";

const SITE = "hosts";
const HOST = "bench";

/** A host in the box, and how to get into it as its administrator. */
export interface Target {
  box: Box;
  address: string;
  admin: Awaited<ReturnType<typeof adminOf>>;
  /** File with the pinned host keys. */
  knownHosts: string;
  /** Enters the network namespace of the administrator's machine; a command line follows. */
  prefix: readonly string[];
  /** CPU seconds that the host has used since it booted. */
  cpu(): Promise<number>;
  /** Takes away whatever any contestant has left. */
  reset(): Promise<void>;
  /** @throws Error unless each file has its bytes and each unit is enabled and active */
  verify(load: Load): Promise<void>;
}

const RESET = `
for unit in /etc/systemd/system/bench-*.service; do [ ! -e "$unit" ] || systemctl disable --quiet --now "\${unit##*/}"; done
rm -rf /etc/systemd/system/bench-*.service ${DIRECTORY} /var/lib/jupyterhub-hpc ~admin/.ansible ~root/.ansible
systemctl daemon-reload
mkdir -m 0755 ${DIRECTORY}
sync
`;

/** Takes hold of the host, which has to be up. */
export async function findTarget(): Promise<Target> {
  const box = await attach(SITE);
  const host = box.host(HOST);
  const must = async (script: string, input = "") => {
    const { stdout, stderr, exitCode } = await host.run(["sh", "-euc", script], { input, timeoutSeconds: 120 });
    if (exitCode !== 0) throw new Error(`on ${HOST}: ${stderr || stdout}`);
    return stdout;
  };
  const at = address(box.site, HOST, "inside");
  return {
    box,
    address: at,
    admin: await adminOf(box, at),
    knownHosts: runDir(SITE, "known_hosts"),
    prefix: box.netns(box.site.admin).prefix,
    cpu: async () => Number(/^usage_usec (\d+)$/m.exec(await must("cat /sys/fs/cgroup/cpu.stat"))?.[1]) / 1e6,
    reset: async () => void (await must(RESET)),
    verify: async ({ files, units }) => {
      const sums = files.map(({ sha256, path }) => `${sha256}  ${path}\n`).join("");
      await must("sha256sum --quiet --strict --check", sums);
      const modes = await must(`find ${DIRECTORY} -mindepth 1 -printf '%u %g %m\\n' | sort -u`);
      if (modes !== "root root 644\n") throw new Error(`owners and modes in ${DIRECTORY} are: ${modes}`);
      const names = units.map(({ name }) => name).join(" ");
      const states = await must(`systemctl is-active ${names}; systemctl is-enabled ${names}`);
      if (states !== "active\n".repeat(units.length) + "enabled\n".repeat(units.length))
        throw new Error(`the units are ${states}`);
    },
  };
}
