import { expect, test } from "vitest";
import { exampleConfig, exampleValues } from "../../test/fixtures/configuration";
import { validate } from "../config/validate";
import { accountOn, keptEnvironments, renderKeeperSettings, renderUpdateUnits } from "./kept";
import { versionIn } from "./requirements";

async function config() {
  const values = exampleValues();
  delete values.hub.image;
  Object.assign(values.hub, { account: "jupyter", onHost: { proxy: "proxy.mjs" } });
  Object.assign(values.login, { local: true, account: "submitter" });
  const install = { on: "login1", keep: 3, update: { lock: "/apps/lab.lock", wheels: "/apps/wheels" } };
  values.environments = [
    { name: "lab", title: "Lab", path: "/apps/lab", install },
    { name: "here", title: "Here", path: "/apps/here", install: { on: "hub" } },
    { name: "theirs", title: "Theirs", path: "/apps/theirs" },
  ];
  return validate(await exampleConfig(values));
}

test("each host's environments, the hub's own with them, and how long their versions are kept", async () => {
  const resolved = await config();
  const kept = keptEnvironments(resolved);
  expect([...kept.keys()]).toEqual(["login1", "hub"]);
  const lab = kept.get("login1")?.[0];
  expect(lab).toMatchObject({ name: "lab", keep: 3, lock: "/apps/lab.lock", wheels: "/apps/wheels" });
  // Twelve hours is the longest job that a partition offers by default; an hour is for the scheduler and for clocks.
  expect(lab?.graceSeconds).toBe(13 * 3600);
  expect(kept.get("hub")?.map(({ name, lock, restart }) => [name, lock, restart])).toEqual([
    ["here", undefined, undefined],
    ["hub", undefined, "jupyterhub-hub.service"],
  ]);
  expect([accountOn("login1", resolved), accountOn("hub", resolved)]).toEqual(["submitter", "jupyter"]);
  expect(JSON.parse(renderKeeperSettings(resolved, [])).hubVersion).toBe(versionIn(resolved.locks.hub, "jupyterhub"));
});

test("the timer starts what writes nothing but beside the environment", () => {
  const { service, timer } = renderUpdateUnits("example", "jupyter", {
    name: "lab",
    path: "/apps/lab",
    schedule: "Mon 04:00",
  });
  expect(service).toContain("ExecStart=/usr/local/sbin/jupyter-environment update lab\n");
  expect(service).toContain("ProtectSystem=strict\nReadWritePaths=/apps\n");
  expect(timer).toContain("OnCalendar=Mon 04:00\n");
});
