import { expect, test } from "vitest";
import { parseUses } from "./subject";

test("what units use is read", () => {
  expect(parseUses("hub 1500000 100000 3\nproxy 20 5 1\n")).toEqual([
    { unit: "hub", cpu: 1.5, megabytes: 102.4, processes: 3 },
    { unit: "proxy", cpu: 0.00002, megabytes: 0.00512, processes: 1 },
  ]);
});

test.each(["hub  0 0", "hub 1 2 0", ""])("a unit that does not run uses nothing that counts: %j", (text) => {
  expect(() => parseUses(text)).toThrow("this is no use of a unit");
});
