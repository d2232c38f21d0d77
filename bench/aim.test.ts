import { expect, test } from "vitest";
import { aimLines, digits, judge } from "./aim";

test.each([
  [0, "0"],
  [0.01234, "0.0123"],
  [1.3, "1.3"],
  [12.34, "12.3"],
  [100, "100"],
  [1234.5, "1235"],
])("%d is read as %s", (value, text) => {
  expect(digits(value)).toBe(text);
});

test("an aim is met by what is as much as it, and not by more", () => {
  const aims = [judge("a restart", 10, 10, "s"), judge("a command", 0.2, 0.1, "times")];
  expect(aimLines(aims)).toEqual(["  a restart: 10 s, aim 10: met", "  a command: 0.2 times, aim 0.1: NOT met"]);
});

test("what could not be measured meets nothing", () => {
  expect(judge("a spawn", Number.NaN, 1.3, "times").met).toBe(false);
});
