import { describe, expect, it } from "vitest";
import { parseOptions } from "./options";

const NAMES = ["us", "tar | ssh"];

describe("the command line of the bench", () => {
  it("measures everything once within ten minutes when nothing is said", () => {
    expect(parseOptions([], NAMES)).toEqual({ files: [60, 300], only: [], runs: 1, budget: 600, json: undefined });
  });

  it("takes sizes in any order, names, runs and no limit of time", () => {
    const argv = ["--files", "300,5,5", "--only", "us,tar | ssh", "--runs", "3", "--budget", "0", "--json", "a.json"];
    expect(parseOptions(argv, NAMES)).toEqual({
      files: [5, 300],
      only: NAMES,
      runs: 3,
      budget: Number.POSITIVE_INFINITY,
      json: "a.json",
    });
  });

  it.each([
    [["--files", "many"], "--files needs whole numbers from 1, not many"],
    [["--files", "0"], "--files needs whole numbers from 1, not 0"],
    [["--runs", "1.5"], "--runs needs whole numbers from 1"],
    [["--only", "us,them"], "there is no contestant them. There are: us, tar | ssh"],
    [["--fast"], "Unknown option '--fast'"],
  ])("refuses %j", (argv, words) => {
    expect(() => parseOptions(argv, NAMES)).toThrow(words);
  });

  it("asks for help", () => {
    expect(parseOptions(["--help"], NAMES)).toBeUndefined();
  });
});
