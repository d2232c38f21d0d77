/** What answers on the hub host when its packet filter's table is not there, and that the table comes back by itself. */
import { describe, expect, test } from "vitest";
import { Session } from "./session";
import type { AbuseSite } from "./site";

/** A way to a port of the hub host, from one of the box's namespaces. */
export interface Door {
  what: string;
  from: string;
  address: string;
  port: number;
  /** With the table: whether it answers. */
  open: boolean;
  /** Left to another guard than the table once that is gone: the hub host's own sshd, which answers wherever it listens. */
  others?: boolean;
}

/** Whether a TCP connection is answered within three seconds; where one is expected, a busy machine has five times as long. */
async function answers(site: AbuseSite, { from, address, port, open }: Door): Promise<boolean> {
  const connect = ["timeout", "3", "bash", "-c", `exec 3<>/dev/tcp/${address}/${port}`];
  for (let tries = open ? 5 : 1; tries > 0; tries -= 1)
    if ((await site.box.netns(from).run(connect)).exitCode === 0) return true;
  return false;
}

/** Which doors are open, by name. */
async function open(site: AbuseSite, doors: Door[]): Promise<string[]> {
  const found = await Promise.all(doors.map(async (door) => ((await answers(site, door)) ? [door.what] : [])));
  return found.flat();
}

/** Names on the hub host: the table's, the unit's that brings it back, and those of the units that publish ports. */
export interface FirewallNames {
  table: string;
  watch: string;
  guarded: string[];
}

/** The cases. */
export function firewallAbuse(site: () => AbuseSite, doors: Door[], names: FirewallNames): void {
  const hub = (...argv: string[]) => site().box.host(site().hosts.hub).run(argv);
  const isLoaded = async () => (await hub("nft", "list", "table", "inet", names.table)).exitCode === 0;
  const expected = doors.filter((door) => door.open).map((door) => door.what);

  describe("the packet filter of the hub host", () => {
    test("with its table, what is to answer answers and nothing else", async () => {
      expect(await open(site(), doors)).toEqual(expected);
    });

    test("`nft flush ruleset` by somebody else: the table is back within a minute, and the journal says so", async () => {
      const listing = (await hub("nft", "-s", "list", "table", "inet", names.table)).stdout;
      const since = (await hub("date", "+%F %T")).stdout.trim();
      expect((await hub("nft", "flush", "ruleset")).exitCode).toBe(0);
      await site().box.waitFor("the table to be loaded again", isLoaded, 60);
      expect((await hub("nft", "-s", "list", "table", "inet", names.table)).stdout).toBe(listing);
      const said = await hub("journalctl", "--unit", names.watch, "--since", since, "--output=cat", "--no-pager");
      expect(said.stdout).toContain(`the packet filter table ${names.table} was gone`);
      expect(await open(site(), doors)).toEqual(expected);
    });

    test("without the table and with nothing to bring it back, no more of ours answers than with it", async () => {
      try {
        await hub("systemctl", "stop", names.watch);
        await hub("nft", "flush", "ruleset");
        expect(await isLoaded()).toBe(false);
        const ours = doors.filter((door) => !door.others);
        expect(await open(site(), ours)).toEqual(ours.filter((door) => door.open).map((door) => door.what));
      } finally {
        await hub("systemctl", "start", names.watch);
      }
      await site().box.waitFor("the table to be loaded again", isLoaded, 60);
    });

    test.each(names.guarded)(
      "without the table %s does not start: nothing is published before it is loaded",
      async (unit) => {
        const checks = await hub("systemctl", "show", unit, "--property=ExecStartPre", "--value");
        const check = /argv\[\]=([^;]*) ;/.exec(checks.stdout)?.[1] ?? "";
        expect(check).toContain(names.table);
        expect((await hub(...check.split(" "))).exitCode).toBe(0);
        expect((await hub(...check.replace(names.table, "not-loaded").split(" "))).exitCode).not.toBe(0);
      },
    );

    test("while the hub host boots, no closed door is open for a moment", async () => {
      const closed = doors.filter((door) => !door.open && door.from === doors[0]?.from);
      const stop = new AbortController();
      const seen = closed.map((door) => watchDoor(site(), door, stop.signal));
      const host = site().box.host(site().hosts.hub);
      await host.stop();
      await host.start();
      const front = doors.filter((door) => door.open).slice(0, 1);
      await site().box.waitFor(
        "the hub host to answer again",
        async () => (await open(site(), front)).length === 1,
        90,
      );
      stop.abort();
      // The door answers before the hub behind it does; who comes next logs in there.
      const health = () => new Session(site().authority).send(`${site().url}/hub/health`);
      const hubAnswers = async () => (await health().catch(() => undefined))?.status === 200;
      await site().box.waitFor("the hub to answer again", hubAnswers, 120);
      expect((await Promise.all(seen)).flat()).toEqual([]);
      expect(await open(site(), doors)).toEqual(expected);
    });
  });
}

/** Tries a door again and again until told to stop; its name, if it ever opened. */
async function watchDoor(site: AbuseSite, door: Door, stop: AbortSignal): Promise<string[]> {
  const script = `for i in $(seq 10); do timeout 0.4 bash -c 'exec 3<>/dev/tcp/${door.address}/${door.port}' 2>/dev/null && exit 7; sleep 0.1; done`;
  const rounds: string[] = [];
  while (!stop.aborted && rounds.length === 0) {
    const { exitCode } = await site.box.netns(door.from).run(["bash", "-c", script], { timeoutSeconds: 60 });
    if (exitCode === 7) rounds.push(door.what);
  }
  return rounds;
}
