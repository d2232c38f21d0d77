import { expect, test } from "vitest";
import { checksumFor } from "./download";
import { cliVersion, isAtLeast } from "./toolchain";

test("versions are compared as numbers", () => {
  expect(isAtLeast("v3.250.0\n", cliVersion)).toBe(true);
  expect(isAtLeast("3.1000.2", cliVersion)).toBe(true);
  expect(isAtLeast("v4.0.0", cliVersion)).toBe(true);
  expect(isAtLeast("v3.99.0", cliVersion)).toBe(false);
  expect(isAtLeast("", cliVersion)).toBe(false);
});

test("a checksum is found by the exact file name, and nothing else passes for one", () => {
  const sum = "a".repeat(64);
  const text = `${"b".repeat(64)}  pulumi-v3.250.0-linux-arm64.tar.gz\n${sum} *pulumi-v3.250.0-linux-x64.tar.gz\nnot-hex  other\n`;
  expect(checksumFor(text, "pulumi-v3.250.0-linux-x64.tar.gz")).toBe(sum);
  expect(checksumFor(text, "other")).toBeUndefined();
  expect(checksumFor("<html>", "pulumi-v3.250.0-linux-x64.tar.gz")).toBeUndefined();
});
