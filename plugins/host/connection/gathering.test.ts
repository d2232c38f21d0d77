import { expect, test } from "vitest";
import type { Command, Script } from "./command";
import { Gathering } from "./gathering";

const script: Script = { name: "x", body: "" };
const writes = (count: number) => Array<Command>(count).fill({ script, args: [], patient: true });
const reads = (count: number) => Array<Command>(count).fill({ script, args: [], many: script });

test("a request that nobody follows leaves at once", () => {
  const gathering = new Gathering();
  expect(gathering.wait(writes(1), 0)).toBeLessThan(5);
  gathering.announce();
  gathering.arrived();
  expect(gathering.wait(writes(1), 0)).toBeLessThan(5);
});

test("one that was announced is waited for, but not for ever, and not when there is enough to do", () => {
  const gathering = new Gathering();
  gathering.announce();
  expect(gathering.wait(writes(1), 0)).toBeGreaterThan(100);
  expect(gathering.wait(writes(1), 990)).toBe(10);
  expect(gathering.wait(writes(1), 2000)).toBe(0);
  expect(gathering.wait(writes(100), 0)).toBe(0);
});

test("those that are announced are waited for until the last has come, however long the engine pauses", () => {
  const gathering = new Gathering();
  gathering.announce();
  gathering.announce();
  gathering.arrived();
  expect(gathering.wait(writes(1), 0)).toBeGreaterThan(100);
  gathering.arrived();
  expect(gathering.wait(writes(1), 0)).toBeLessThan(5);
});

test("what can be made together waits a little longer for others", () => {
  const gathering = new Gathering();
  expect(gathering.wait(reads(1), 0)).toBeGreaterThan(gathering.wait(writes(1), 0));
  expect(gathering.wait(reads(200), 990)).toBe(10);
});

test("one that is in a hurry takes the others along at once", () => {
  const gathering = new Gathering();
  gathering.announce();
  expect(gathering.wait([...writes(3), { script, args: [] }], 0)).toBeLessThan(5);
  expect(gathering.wait([...reads(3), { script, args: [] }], 0)).toBeLessThan(5);
});
