import { expect, test } from "vitest";
import { breakdown, STAGES } from "./stages";

const metrics = (factor: number) =>
  STAGES.map((stage, i) => `jupyterhub_hpc_spawn_stage_seconds_sum{stage="${stage}"} ${factor * (i + 1)}\n`).join("");

test("a start's time is told apart by stage, and what is left", () => {
  expect(breakdown(metrics(1), metrics(2), 12)).toEqual({ check: 1, submit: 2, job: 3, server: 4, rest: 2 });
});

test("a hub without these metrics is no hub whose starts took no time", () => {
  expect(() => breakdown("", metrics(1), 1)).toThrow("have no jupyterhub_hpc_spawn_stage_seconds_sum");
});
