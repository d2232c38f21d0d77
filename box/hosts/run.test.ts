import { expect, test } from "vitest";
import { parseStartTime } from "../daemon";
import { enterArguments } from "./run";

test("a command enters a host with an environment of its own, and as the user asked for", () => {
  const asRoot = enterArguments(42, ["id", "-u"]);
  expect(asRoot.slice(0, 3)).toEqual(["--target", "42", "--all"]);
  expect(asRoot).toContain("-i");
  expect(asRoot.slice(-2)).toEqual(["id", "-u"]);
  expect(asRoot).not.toContain("runuser");
  const asAlice = enterArguments(42, ["a b", "$c"], { user: "alice" });
  expect(asAlice.join(" ")).toContain("runuser -u alice -- env USER=alice");
  expect(asAlice.slice(-2)).toEqual(["a b", "$c"]);
});

test("a process is told from a later one by its start time, whatever its name", () => {
  const fields = Array.from({ length: 50 }, (_, index) => `${index + 3}`);
  expect(parseStartTime(`7 (a) b (c)) ${fields.join(" ")}`)).toBe("22");
});
