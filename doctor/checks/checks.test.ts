import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { makeCertificate } from "../../test/fixtures/certificates";
import { lines } from "../health";
import { judgeBackups } from "./backups";
import { judgeCertificate, readCertificate } from "./certificate";
import type { Finding } from "./check";
import { judgeClocks } from "./clock";
import { judgeDatabase } from "./database";
import { judgeDisks } from "./disk";
import { judgeEnvironment, type Looked } from "./environments";
import { judgeLoginNodes } from "./login-nodes";
import { readReport } from "./report";
import { judgeRoutes } from "./routes";
import { judgeUnits } from "./units";
import { judgeVisibleJobs } from "./visible-jobs";

const NOW = new Date("2026-11-21T12:00:00Z");

const unit = (name: string, state: string, restarts = 0, load = "loaded") =>
  `Id=${name}\nLoadState=${load}\nActiveState=${state}\nSubState=x\nNRestarts=${restarts}\nResult=success`;
const units = (...changed: string[]) =>
  [
    unit("jupyterhub-network.service", "active"),
    unit("jupyterhub-proxy.service", "active"),
    unit("jupyterhub-hub.service", "active"),
    unit("jupyterhub-backup.timer", "active"),
    unit("jupyterhub-backup.service", "inactive"),
    ...changed,
  ].join("\n\n");
const unitsAre = (...changed: string[]) =>
  judgeUnits(units(...changed), [
    ...["network", "proxy", "hub"].map((name) => `jupyterhub-${name}.service`),
    "jupyterhub-backup.timer",
  ]);
const database = (code: string | null, problem: string | null) =>
  judgeDatabase({ database: { kind: "sqlite", where: "/x", code, problem, schema: "abc" } });
const backup = (hoursAgo: number) => ({
  name: "20261121T000000Z-scheduled.tar.gz",
  size: 5000,
  modified: NOW.getTime() / 1000 - hoursAgo * 3600,
});
const routes = (there: string[], expected: { route: string; started: string }[] = [], problem: string | null = null) =>
  judgeRoutes({ routes: { there, expected, problem } }, NOW);
const node = (name: string, exit: number | null, problem: string | null = null, seconds = 0.2) => ({
  name,
  exit,
  problem,
  seconds,
});
const visible = (jobs: number, hidden: string | null, servers: number) =>
  judgeVisibleJobs({
    loginNodes: [{ ...node("a", 0), jobs, hidden }],
    routes: { problem: null, there: [], expected: Array(servers).fill({ route: "/user/a", started: "" }) },
  });
const environment = (change: Partial<Looked["status"]>, more: Partial<Looked> = {}) =>
  judgeEnvironment({
    status: {
      ...{ name: "lab", path: "/apps/lab", version: "abc", jupyterhub: "6.1.1" },
      ...{ lock: "", goneBack: false, failure: null, ...change },
    },
    host: "login1",
    hub: "6.1.1",
    ...more,
  });
const ago = (hours: number) => `@${NOW.getTime() / 1000 - hours * 3600}`;
const df = (free: number, used = 1000, freeInodes = 5000) =>
  `/state\t${free + used}\t${used}\t${free}\t10000\t5000\t${freeInodes}`;

/** Level of the worst finding, and words that must be in it. */
const CASES: [name: string, findings: Finding[], level: Finding["level"], words: RegExp][] = [
  ["all units run", unitsAre(), "ok", /network.service runs/],
  ["a dead unit", unitsAre(unit("jupyterhub-proxy.service", "failed")), "ALARM", /proxy.service is failed/],
  ["no unit", unitsAre(unit("jupyterhub-hub.service", "inactive", 0, "not-found")), "ALARM", /is not there/],
  ["restarts", unitsAre(unit("jupyterhub-hub.service", "active", 7)), "warning", /after 7 restarts/],
  ["no timer", unitsAre(unit("jupyterhub-backup.timer", "inactive")), "ALARM", /backup.timer is inactive/],
  ["a failed backup", unitsAre(unit("jupyterhub-backup.service", "failed")), "ALARM", /last backup failed/],
  ["a whole database", database(null, null), "ok", /whole, schema abc/],
  ["a damaged one", database("database-damaged", "It is damaged. Next: restore."), "ALARM", /^It is damaged\.$/],
  ["room", judgeDisks(df(10_000_000)), "ok", /free/],
  ["little room", judgeDisks(df(100_000)), "warning", /98 MiB/],
  ["nearly used up", judgeDisks(df(1_000_000, 20_000_000)), "warning", /977 MiB of 20.0 GiB/],
  ["no room", judgeDisks(df(0)), "ALARM", /is full: 0 KiB/],
  ["no inodes", judgeDisks(df(10_000_000, 1, 3)), "ALARM", /3 files/],
  ["no backup", judgeBackups({ backups: [] }, "", NOW), "warning", /no backup yet/],
  ["no backup though it was time", judgeBackups({ backups: [] }, ago(3), NOW), "ALARM", /09:00 UTC, and there is no/],
  ["a backup", judgeBackups({ backups: [backup(200), backup(20)] }, ago(20.1), NOW), "ok", /^2, the newest/],
  ["a weekly one", judgeBackups({ backups: [backup(150)] }, ago(150.1), NOW), "ok", /^1, the newest/],
  ["one that is being made", judgeBackups({ backups: [backup(24)] }, ago(0.1), NOW), "ok", /^1, the newest/],
  ["one that was not made", judgeBackups({ backups: [backup(24)] }, ago(2), NOW), "ALARM", /left no backup/],
  [
    "only one that was asked for",
    judgeBackups({ backups: [{ ...backup(1), name: "20261121T110000Z-requested.tar.gz" }] }, ago(2), NOW),
    "ALARM",
    /left no backup/,
  ],
  ["all routes", routes(["/", "/user/a"], [{ route: "/user/a", started: "" }]), "ok", /1 servers/],
  ["no route to the hub", routes(["/user/a"]), "ALARM", /no way to the hub/],
  [
    "a lost route",
    routes(["/"], [{ route: "/user/a", started: "2026-11-21 09:00:00" }]),
    "ALARM",
    /no way to \/user\/a/,
  ],
  ["a server that starts", routes(["/"], [{ route: "/user/a", started: "2026-11-21 11:59:00.5" }]), "ok", /0 servers/],
  ["no proxy", routes([], [], "the proxy's API does not answer (refused)"), "ALARM", /refused/],
  ["login nodes", judgeLoginNodes({ loginNodes: [node("a", 0), node("b", 0)] }), "ok", /a answers/],
  [
    "one down",
    judgeLoginNodes({ loginNodes: [node("a", null, "a is down"), node("b", 0)] }),
    "warning",
    /a is down.*others/,
  ],
  ["all down", judgeLoginNodes({ loginNodes: [node("a", null, "a is down")] }), "ALARM", /a is down/],
  [
    "no controller",
    judgeLoginNodes({ loginNodes: [node("a", 1, "slurm_load_jobs error")] }),
    "ALARM",
    /slurm_load_jobs/,
  ],
  ["a slow one", judgeLoginNodes({ loginNodes: [node("a", 0, null, 9)] }), "warning", /after 9 s/],
  ["jobs that are shown", visible(3, null, 3), "ok", /3 now/],
  ["no jobs, and nothing hidden", visible(0, null, 0), "ok", /0 now/],
  ["jobs that may be hidden", visible(0, "Slurm hides. Next: operator.", 0), "warning", /^Slurm hides\.$/],
  ["jobs hidden from the hub", visible(0, "Slurm hides. Next: operator.", 2), "ALARM", /hides\. There are 2/],
  ["an environment", environment({}), "ok", /lab on login1\) has jupyterhub 6\.1\.1, as the hub/],
  ["no environment", environment({ version: "" }), "ALARM", /is not there/],
  ["one of another hub", environment({ jupyterhub: "5.4.1" }), "ALARM", /5\.4\.1, the hub 6\.1\.1: log-ins/],
  ["one without a jupyterhub", environment({ jupyterhub: "" }), "ALARM", /has jupyterhub none/],
  [
    "one that is nearly the hub's",
    environment({ jupyterhub: "6.1.3" }),
    "warning",
    /6\.1\.3, the hub 6\.1\.1: they work/,
  ],
  ["a hub that does not say", environment({ jupyterhub: "5.4.1" }, { hub: "" }), "ok", /5\.4\.1$/],
  [
    "one that could not be updated",
    environment({ lock: "/l", failure: { words: "pip failed: no. Next: mend it.", at: NOW.getTime() / 1000 } }),
    "ALARM",
    /^lab was not updated at 2026-11-21 12:00 UTC: pip failed: no\.$/,
  ],
  ["one that was put back", environment({ lock: "/l", goneBack: true }), "warning", /put back to abc by hand/],
  [
    "a timer that does not run",
    environment({ lock: "/l" }, { timer: { unit: "x.timer", state: "inactive" } }),
    "ALARM",
    /x\.timer is inactive: lab is not updated/,
  ],
  [
    "clocks",
    judgeClocks(
      new Map([
        ["hub", 100],
        ["a", 100.4],
      ]),
    ),
    "ok",
    /0.4 s/,
  ],
  [
    "a clock off",
    judgeClocks(
      new Map([
        ["hub", 0],
        ["a", -20],
      ]),
    ),
    "warning",
    /20.0 s/,
  ],
  [
    "a wrong clock",
    judgeClocks(
      new Map([
        ["hub", 0],
        ["a", 4000],
      ]),
    ),
    "ALARM",
    /4000.0 s/,
  ],
];

const rank = { ok: 0, warning: 1, ALARM: 2 };
const worst = (findings: Finding[]) => [...findings].sort((a, b) => rank[b.level] - rank[a.level])[0];

test.each(CASES)("%s", (_name, findings, level, words) => {
  const found = worst(findings);
  expect(found?.level).toBe(level);
  expect(found?.what).toMatch(words);
  expect(found?.next !== undefined).toBe(level !== "ok");
});

test("a full disk is told once, by its own check", () => {
  expect(database("disk-full", "The disk is full. Next: make room.")).toEqual([]);
});

test("the certificate: expiry, key, name, and whether it is the one that is served", async () => {
  const made = await makeCertificate("hub.example.org");
  const other = await makeCertificate("hub.example.org");
  const leaf = (chain: string) => new X509Certificate(chain).toString();
  const facts = { keyMatches: true, hostname: "hub.example.org", selfSigned: false };
  const good = { ...facts, file: leaf(made.chain), served: leaf(made.chain) };
  const until = new Date(new X509Certificate(made.chain).validTo).getTime();
  const judged = (change: object, now = until - 100 * 86_400_000) =>
    worst(judgeCertificate({ ...good, ...change }, new Date(now)));
  const valid = Math.max(
    until - 100 * 86_400_000,
    new Date(new X509Certificate(made.chain).validFrom).getTime() + 1000,
  );
  expect(judged({}, valid)).toMatchObject({ level: expect.stringMatching(/ok|warning/) });
  expect(judged({}, until + 2 * 86_400_000)).toMatchObject({
    level: "ALARM",
    what: expect.stringMatching(/expired on/),
  });
  expect(judged({ keyMatches: false }, valid)?.what).toMatch(/does not belong to the key/);
  expect(judged({ hostname: "elsewhere.example.org" }, valid)?.what).toMatch(/not for elsewhere/);
  expect(judged({ served: leaf(other.chain) }, valid)?.what).toMatch(/serves another certificate/);
  expect(judged({ served: "" }, valid)?.what).toMatch(/serves no certificate/);
  expect(judged({ file: "" }, valid)).toMatchObject({
    what: expect.stringMatching(/no certificate/),
    next: "pulumi up",
  });
  const awaited = { request: "/etc/r.csr", certificate: "/etc/c.pem" };
  expect(judged({ file: "", awaited }, valid)?.next).toMatch(/^send \/etc\/r\.csr .* at \/etc\/c\.pem/);
  expect(readCertificate("match\nA\nB\n")).toEqual({ keyMatches: true, file: "A\nB" });
  expect(readCertificate("other\n")).toEqual({ keyMatches: false, file: "" });
});

test("a report that is none is said to be none", () => {
  expect(() => readReport("Traceback ...")).toThrow(/not understood/);
});

test("what is printed: the check once, then each finding, and what to do below it", () => {
  expect(
    lines("disk", [
      { level: "ok", what: "a" },
      { level: "ALARM", what: "b", next: "c" },
    ]),
  ).toEqual(["disk         ok       a", "             ALARM    b", "                      Next: c"]);
});
