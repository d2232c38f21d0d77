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
    {
      ...{ name: "conda", title: "Conda", path: "/apps/conda" },
      install: { on: "login1", conda: "/opt/conda/bin/conda", lock: "explicit.txt" },
    },
    { name: "theirs", title: "Theirs", path: "/apps/theirs" },
  ];
  const place = "https://conda.example.org/noarch";
  const packages = ["jupyterhub-6.1.1", "jupyterlab-4.5.0", "jupyter_server-2.18.0"];
  const lines = packages.map((name) => `${place}/${name}-pyh_0.conda#${"a".repeat(32)}`);
  const own = { "explicit.txt": ["@EXPLICIT", ...lines].join("\n") };
  return validate(await exampleConfig(values, undefined, own));
}

test("each host's environments, the hub's own with them, and how long their versions are kept", async () => {
  const resolved = await config();
  const kept = keptEnvironments(resolved);
  expect([...kept.keys()]).toEqual(["login1", "hub"]);
  const lab = kept.get("login1")?.[0];
  expect(lab).toMatchObject({ name: "lab", keep: 3, lock: "/apps/lab.lock", wheels: "/apps/wheels" });
  // Twelve hours is the longest job that a partition offers by default; an hour is for the scheduler and for clocks.
  expect(lab?.graceSeconds).toBe(13 * 3600);
  expect(kept.get("login1")?.[1]).toMatchObject({
    conda: "/opt/conda/bin/conda",
    lock: "/usr/local/lib/jupyterhub-hpc-submitter-environments/conda.lock",
  });
  expect(kept.get("login1")?.[1]?.followed).toBeUndefined();
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
