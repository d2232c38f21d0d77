import { expect, test } from "vitest";
import { Gathering } from "./gathering";

test("a request that nobody follows leaves at once", () => {
  const gathering = new Gathering();
  expect(gathering.wait(1, 0, false)).toBeLessThan(5);
  gathering.announce();
  gathering.arrived();
  expect(gathering.wait(1, 0, false)).toBeLessThan(5);
});

test("one that was announced is waited for, but not for ever, and not when there is enough to do", () => {
  const gathering = new Gathering();
  gathering.announce();
  expect(gathering.wait(1, 0, false)).toBeGreaterThan(100);
  expect(gathering.wait(1, 990, false)).toBe(10);
  expect(gathering.wait(1, 2000, false)).toBe(0);
  expect(gathering.wait(100, 0, false)).toBe(0);
});

test("after a wait in vain nothing is waited for until the next announcement", () => {
  const gathering = new Gathering();
  gathering.announce();
  gathering.announce();
  const waited = gathering.wait(1, 0, false);
  expect(gathering.isVain(waited)).toBe(true);
  gathering.waitedInVain();
  expect(gathering.wait(1, 0, false)).toBeLessThan(5);
  gathering.arrived();
  gathering.announce();
  expect(gathering.wait(1, 0, false)).toBe(waited);
  expect(gathering.isVain(gathering.wait(1, 950, false))).toBe(false);
});

test("what can be made together waits a little longer for others", () => {
  const gathering = new Gathering();
  expect(gathering.wait(1, 0, true)).toBeGreaterThan(gathering.wait(1, 0, false));
  expect(gathering.wait(200, 990, true)).toBe(10);
});
