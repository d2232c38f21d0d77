/** The dry run, on the project's own stacks. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { jobScripts } from "../components/schedulers/job-scripts";
import { runtimePython } from "../test/run/python";
import { jobScriptsOf } from "./job-script";

const read = (stack: string) => readFileSync(`stacks/Pulumi.${stack}.yaml`, "utf8");

test("a stack's job scripts are made by the hub's code, secrets or not, and what it does not offer is refused", async () => {
  const options = [{ partition: "long", nprocs: "2", runtime: "24:00:00" }, { partition: "secret" }];
  const input = jobScriptsOf("box-vub", read("box-vub"), ".", (home, shell) =>
    options.map((one) => ({ user: "alice", home: home.replace("{username}", "alice"), shell, options: one })),
  );
  const [made, refused] = await jobScripts(await runtimePython(), ".", input);
  expect(made?.refused).toBe("");
  expect(made?.script).toContain("#SBATCH --partition=long\n#SBATCH --time=24:00:00\n#SBATCH --cpus-per-task=2\n");
  expect(made?.script).toContain("export HOME='/home/alice' USER='alice'");
  expect(refused).toEqual({ script: "", refused: expect.stringMatching(/Partition 'secret' is not offered/) });
}, 600_000);

test("a stack that is not valid is refused by its keys", () => {
  expect(() => jobScriptsOf("x", "config:\n  p:scheduler: {slurm: {partitions: {}}}\n", ".", () => [])).toThrow(
    /stacks\/Pulumi.x.yaml is not valid: .*scheduler.slurm.partitions/,
  );
});
