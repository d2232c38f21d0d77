import { expect, test } from "vitest";
import { readDeployed, understood, valuesOf } from "./stack";

test.each(["prod", "dev", "box-vub"])("the file of %s is read without its secrets", async (name) => {
  const config = await readDeployed(name).catch((error: Error) => error);
  // The box's files are only there with the box.
  if (config instanceof Error) expect(config.message).toMatch(/box-vub is not valid: .*known_hosts/);
  else expect(config.hub.stateDirectory).toBe("/var/lib/jupyterhub");
});

test("a stack that is not there is named with those that are", async () => {
  await expect(readDeployed("nowhere")).rejects.toThrow(/no stacks\/Pulumi.nowhere.yaml. There are: .*prod/);
  await expect(readDeployed("../../etc/passwd")).rejects.toThrow(/There is no/);
});

test("only this project's keys are taken", () => {
  expect(valuesOf("config:\n  jupyterhub-hpc:stage: prod\n  aws:region: x\n")).toEqual({ stage: "prod" });
});

test("what is wrong with a configuration is said with its key", () => {
  expect(() => understood("x", { stage: "nonsense" })).toThrow(
    /configuration of stack x is not valid: stage .*Next: pulumi preview/s,
  );
});
