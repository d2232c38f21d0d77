/** Secrets searched for by a second user on every host, from before a server is asked for until it runs. */
import { expect, test } from "vitest";
import type { AbuseSite } from "./site";

/** Where a user of a host looks, again and again, until the file named by $0 is gone. */
const LOOK = (schedulerTells: string) => `
exec 2>/dev/null
mark=/tmp/.looking; touch "$mark-files"
while [ -e "$0" ]; do
  for pid in /proc/[0-9]*; do tr '\\0' '\\n' <$pid/cmdline; tr '\\0' '\\n' <$pid/environ; done
  ps -eww -o args
  find /tmp /var/tmp /dev/shm /run /var/log /var/spool /var/lib /etc /home /apps/modulefiles -xdev -type f -newer "$mark-files" -readable -size -1024k ! -path '*/.home-before.tar' -exec cat {} +
  ${schedulerTells}
  sleep 0.2
done | tr -d '\\0' | LC_ALL=C sort -u
rm -f "$mark-files"`;

/** Looking on all hosts; `stop` gives all that was seen, by host. */
export interface Search {
  stop(): Promise<Record<string, string>>;
}

/** Begins to look, as the attacker where he has an account and as nobody elsewhere. */
export async function searchEverywhere(site: AbuseSite): Promise<Search> {
  const { hub, login, compute, scheduler } = site.hosts;
  const flag = "/tmp/abuse-search";
  const hosts = [hub, ...login, ...compute, scheduler];
  const userOn = async (name: string) =>
    (await site.box.host(name).run(["id", site.mallory.name])).exitCode === 0 ? site.mallory.name : "nobody";
  const looks = await Promise.all(
    hosts.map(async (name) => {
      const host = site.box.host(name);
      await host.run(["touch", flag]);
      const user = await userOn(name);
      return {
        name,
        host,
        seen: host.run(["timeout", "280", "sh", "-c", LOOK(site.schedulerTells), flag], { user, timeoutSeconds: 300 }),
      };
    }),
  );
  return {
    stop: async () => {
      await Promise.all(looks.map(({ host }) => host.run(["rm", "-f", flag])));
      return Object.fromEntries(await Promise.all(looks.map(async ({ name, seen }) => [name, (await seen).stdout])));
    },
  };
}

/** A secret and what it is; `value` is what would be found. */
export interface Canary {
  what: string;
  value: string;
}

/** None of the secrets was seen, and the search did see what is no secret. */
export function canaryAbuse(
  seen: () => Record<string, string>,
  canaries: () => Promise<Canary[]>,
  plain: RegExp,
): void {
  test("no secret was seen by another user, on any host, while a server started and ran", async () => {
    const secrets = await canaries();
    for (const { what, value } of secrets) expect(value.length, what).toBeGreaterThanOrEqual(16);
    const found = Object.entries(seen()).flatMap(([host, text]) =>
      secrets.filter(({ value }) => text.includes(value)).map(({ what }) => `${what} on ${host}`),
    );
    expect(found).toEqual([]);
  });

  test("the search saw what everybody may see", () => {
    for (const [host, text] of Object.entries(seen())) expect(text.length, host).toBeGreaterThan(1000);
    expect(Object.values(seen()).join("\n")).toMatch(plain);
  });
}
