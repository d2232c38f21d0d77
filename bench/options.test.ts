import { describe, expect, it } from "vitest";
import { parseOptions } from "./options";

const NAMES = ["files", "spawn"];

describe("the command line of the bench", () => {
  it("measures everything once within 25 minutes when nothing is said", () => {
    const sizes = { files: [60, 300], servers: [1, 100, 1000] };
    expect(parseOptions([], NAMES)).toEqual({
      subjects: [],
      ...sizes,
      only: [],
      runs: 1,
      budget: 1500,
      json: undefined,
    });
  });

  it("takes sizes in any order, names, runs and no limit of time", () => {
    const argv = [
      "--files",
      "300,5,5",
      "--only",
      "us,tar | ssh",
      "--runs",
      "3",
      "--budget",
      "0",
      "--json",
      "a.json",
      "--subject",
      "files,spawn",
      "--servers",
      "9,1",
    ];
    expect(parseOptions(argv, NAMES)).toEqual({
      subjects: NAMES,
      servers: [1, 9],
      files: [5, 300],
      only: ["us", "tar | ssh"],
      runs: 3,
      budget: Number.POSITIVE_INFINITY,
      json: "a.json",
    });
  });

  it.each([
    [["--files", "many"], "--files needs whole numbers from 1, not many"],
    [["--files", "0"], "--files needs whole numbers from 1, not 0"],
    [["--runs", "1.5"], "--runs needs whole numbers from 1"],
    [["--servers", "1,none"], "--servers needs whole numbers from 1, not none"],
    [["--subject", "files,them"], "there is no subject them. There are: files, spawn"],
    [["--fast"], "Unknown option '--fast'"],
  ])("refuses %j", (argv, words) => {
    expect(() => parseOptions(argv, NAMES)).toThrow(words);
  });

  it("asks for help", () => {
    expect(parseOptions(["--help"], NAMES)).toBeUndefined();
  });
});
