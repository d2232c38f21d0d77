/** The box's Grid Engine is a real one: it refuses hosts it does not know, and runs jobs within their parallel environment. */
import { beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";

let box: Box;

const script = `#!/bin/bash
#$ -N probe
#$ -o /dev/null -j y
#$ -l h_rt=00:05:00,rmem=500M
#$ -pe openmp 2
echo "$(hostname) $(id -un) $NSLOTS" >"$HOME/probe.$JOB_ID"
`;

beforeAll(async () => {
  box = await attach("sheffield");
});

async function submit() {
  return box.host("hub").run(["qsub", "-terse"], { user: "alice", input: script });
}

test("a host that is not registered cannot submit, and is told so", async () => {
  await box.host("qmaster").run(["qconf", "-ds", "hub"], { user: "sgeadmin" });
  const { exitCode, stderr } = await submit();
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('host "hub" is not a submit host');
});

test("registered, it submits as the user, and an execution host runs the job with the slots asked for", async () => {
  const registered = await box.host("qmaster").run(["qconf", "-as", "hub"], { user: "sgeadmin" });
  expect(registered).toMatchObject({ exitCode: 0 });
  const { stdout } = await submit();
  expect(stdout).toMatch(/^[0-9]+\n$/);
  let said = "";
  await box.waitFor(
    "the job to have run",
    async () => {
      const read = await box.host("exec1").run(["cat", `/home/alice/probe.${stdout.trim()}`]);
      said = read.stdout.trim();
      return said !== "";
    },
    60,
  );
  expect(said).toMatch(/^exec[12] alice 2$/);
});
