import { expect, test } from "vitest";
import { aimsOf, commandsPerInterval, type Simulated, tableOf } from "./figures";

function simulated(servers: number, more: Partial<Simulated["rest"]> = {}, restart = 6): Simulated {
  const rest = { seconds: 60, commands: 4, connections: 1, calls: {}, cores: 0.1, megabytes: 200, peak_megabytes: 210 };
  return {
    servers,
    interval: 15,
    first_start: 9,
    restart,
    restart_cpu: 4,
    restart_until_all_found: restart + 1,
    rest: { ...rest, running: servers, ...more },
    proxy: { cpu: 1, megabytes: 60, peak_megabytes: 70 },
    log: [],
  };
}

test("commands are counted by the interval", () => {
  expect(commandsPerInterval(simulated(1))).toBe(1);
  expect(commandsPerInterval(simulated(1, { commands: 1000 }))).toBe(250);
});

test("one look an interval meets the aim whatever the number; one for each server does not", () => {
  const met = aimsOf([simulated(1), simulated(100), simulated(1000)]).filter(({ what }) => what.includes("interval"));
  expect(met.map((aim) => aim.met)).toEqual([true, true, true]);
  expect(aimsOf([simulated(100, { commands: 400 })])[0]?.met).toBe(false);
});

test("what the hub may use is judged with a thousand servers only", () => {
  expect(aimsOf([simulated(999, { peak_megabytes: 500 })])).toHaveLength(1);
  const judged = aimsOf([simulated(1000, { peak_megabytes: 500, cores: 0.3 }, 12)]);
  expect(judged.map((aim) => aim.met)).toEqual([true, false, false, false]);
});

test("the table has a line for each number", () => {
  expect(tableOf([simulated(1), simulated(1000)]).split("\n")).toHaveLength(3);
});
