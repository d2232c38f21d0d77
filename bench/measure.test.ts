import { describe, expect, it } from "vitest";
import { measure, parseTimes } from "./measure";
import { parseUsage, together } from "./process";

describe("what a command costs", () => {
  it("is read from bash's words", () => {
    expect(parseTimes("12.345 1.500 0.250\n")).toEqual({ seconds: 12.345, cpu: 1.75 });
  });

  it.each(["", "1.0 2.0", "real 1 2", "1,5 0 0"])("is not made up from %j", (text) => {
    expect(() => parseTimes(text)).toThrow("these are no times");
  });

  it("includes the host's, and leaves the command's own words alone", async () => {
    const host = [1.5, 4];
    const argv = ["sh", "-c", "echo out; echo err >&2"];
    const cost = await measure({ argv }, async () => host.shift() ?? Number.NaN);
    expect(cost).toMatchObject({ hostCpu: 2.5, process: undefined });
    expect(cost.output.split("\n").sort()).toEqual(["err", "out"]);
  });

  it("is no cost when it fails: its words are the error", async () => {
    const argv = ["sh", "-c", "echo the reason >&2; exit 3"];
    await expect(measure({ argv }, async () => 0)).rejects.toThrow(/failed \(3\):\nthe reason/);
  });
});

describe("what a process uses", () => {
  const stat = "4242 (node (a) b) S 1 4242 4242 0 -1 4194560 9 0 0 0 123 45 6 7 20 0 11 0 100 1 2";
  const status = "Name:\tnode\nVmPeak:\t  999 kB\nVmHWM:\t   80000 kB\nVmRSS:\t   70000 kB\n";
  it("is its own time in both modes, and the most memory it had", () => {
    expect(parseUsage(stat, status)).toEqual({ cpu: 1.68, peakMegabytes: 81.92 });
  });
  it("is unknown once it has ended and is only waited for", () => {
    expect(parseUsage(stat, "Name:\tnode\nState:\tZ (zombie)\n")).toBeUndefined();
  });
  it("of several is all their time and the memory of the largest", () => {
    const [small, large] = [
      { cpu: 1, peakMegabytes: 60 },
      { cpu: 2, peakMegabytes: 80 },
    ];
    expect(together([large, small])).toEqual({ cpu: 3, peakMegabytes: 80 });
    expect(together([])).toBeUndefined();
  });
});
