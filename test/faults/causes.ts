/** How things are made to fail on the hub host. */
import type { FaultSite, Heal } from "./site";
import type { Stage } from "./stage";

/** Kills units of the hub host, as the kernel does that has run out of memory. */
export async function kill({ site }: Stage, ...units: string[]): Promise<void> {
  await site.box.host(site.hosts.hub).run(["systemctl", "kill", "--signal=KILL", ...units]);
}

/** The process that systemd knows a unit by; "0" while there is none. */
export async function mainPid(site: FaultSite, unit: string): Promise<string> {
  const shown = await site.box.host(site.hosts.hub).run(["systemctl", "show", "--value", "--property=MainPID", unit]);
  return shown.stdout.trim();
}

/** Kills units, and waits until the first of them runs anew and the hub answers. */
export async function killAndWait(stage: Stage, ...units: string[]): Promise<void> {
  const { site } = stage;
  const [first = ""] = units;
  const before = await mainPid(site, first);
  await kill(stage, ...units);
  await site.box.waitFor(`${first} to run anew`, async () => !["0", before].includes(await mainPid(site, first)), 60);
  await site.box.waitFor("the hub to answer", site.hubAnswers, 150);
}

/**
 * Puts lines at the end of the hub's configuration, for the next hub to read.
 * @returns takes them out again, for the hub after that; with everything else that is undone, the hub is restarted without them
 */
export async function configureHub({ site, undo }: Stage, ...lines: string[]): Promise<() => Promise<void>> {
  const host = site.box.host(site.hosts.hub);
  const must = async (script: string, input = "") => {
    const { exitCode, stderr } = await host.run(["sh", "-euc", script, site.hubConfig], { input });
    if (exitCode !== 0) throw new Error(stderr);
  };
  const kept = 'if [ -e "$0.kept" ]; then cp -p "$0.kept" "$0"; rm "$0.kept"; fi';
  undo.push(async () => {
    await must(`[ ! -e "$0.kept" ] || { ${kept}; systemctl restart ${site.units.hub}; }`);
    await site.box.waitFor("the hub to answer", site.hubAnswers, 150);
  });
  await must('[ -e "$0.kept" ] || cp -p "$0" "$0.kept"; cat >>"$0"', `${lines.join("\n")}\n`);
  return () => must(kept);
}

/** Hosts as after a failure of power: they answer nothing, and refuse nothing either. */
export async function silence({ box }: Pick<FaultSite, "box">, names: string[]): Promise<Heal> {
  const hosts = names.map((name) => box.host(name));
  await Promise.all(hosts.map((host) => host.unplug()));
  await Promise.all(hosts.map((host) => host.stop()));
  return async () => {
    await Promise.all(hosts.map((host) => host.plug()));
    await Promise.all(hosts.map((host) => host.start()));
  };
}

/** Drops what the hub host sends to other hosts, as a broken switch would. */
export async function cutFromHub(site: Pick<FaultSite, "box" | "hosts">, hosts: string[]): Promise<Heal> {
  const hub = site.box.host(site.hosts.hub);
  const { hosts: known, networks } = site.box.site;
  const addresses = known
    .filter((host) => hosts.includes(host.name))
    .flatMap((host) => networks.map(({ name, ipv4 }) => [ipv4, host.addresses[name]]))
    .flatMap(([net, number]) => (number === undefined ? [] : [`${net}.${number}`]));
  const table = `fault_${hosts.join("_")}`;
  const rule = `ip daddr { ${addresses.join(", ")} } drop`;
  const input = `table inet ${table} { chain out { type filter hook output priority -200; ${rule}; }; }`;
  const { exitCode, stderr } = await hub.run(["nft", "-f", "-"], { input });
  if (exitCode !== 0) throw new Error(stderr);
  return () => hub.run(["nft", "delete", "table", "inet", table]);
}

/** Takes the settings away from a host's program for the hub: it cannot do what it is asked. */
export async function breakProgram({ box }: Pick<FaultSite, "box">, name: string, settings: string): Promise<Heal> {
  const move = (script: string) => box.host(name).run(["sh", "-c", script, settings]);
  const { exitCode, stderr } = await move('mv "$0" "$0.away"');
  if (exitCode !== 0) throw new Error(stderr);
  return () => move('[ ! -e "$0.away" ] || mv "$0.away" "$0"');
}

/** Breaks something until it is put right by what is returned, or with the rest. */
export async function broken({ undo }: Stage, breaking: Promise<Heal>): Promise<Heal> {
  const heal = await breaking;
  undo.push(heal);
  return heal;
}

/** The hub's log since a moment of its host's clock. */
export async function hubLogSince({ site }: Stage, moment: string): Promise<string> {
  const journal = ["journalctl", "-u", site.units.hub, "--no-pager", "-o", "cat", `--since=@${moment}`];
  return (await site.box.host(site.hosts.hub).run(journal)).stdout;
}

/** That moment: now. */
export async function now({ site }: Stage): Promise<string> {
  return (await site.box.host(site.hosts.hub).run(["date", "+%s"])).stdout.trim();
}
