import { describe, expect, it } from "vitest";
import { median } from "../../columns";
import { aims, expected, type Figure, middle } from "./figures";

function figure(contestant: string, files: number, seconds: number, more: Partial<Figure> = {}): Figure {
  return { contestant, files, step: "first", seconds, cpu: 1, hostCpu: 1, ...more };
}

describe("several runs", () => {
  it("count by the middle one, number by number", () => {
    const runs = [
      figure("us", 60, 9, { cpu: 1, roundTrips: 7, plugin: { cpu: 2, peakMegabytes: 80 } }),
      figure("us", 60, 3, { cpu: 3, roundTrips: 5, plugin: { cpu: 1, peakMegabytes: 90 } }),
      figure("us", 60, 5, { cpu: 2, roundTrips: 6, plugin: { cpu: 3, peakMegabytes: 85 } }),
    ];
    expect(middle(runs)).toEqual(figure("us", 60, 5, { cpu: 2, roundTrips: 6, plugin: { cpu: 2, peakMegabytes: 85 } }));
  });

  it("by the lower of the middle two when they are even, which an outlier does not reach", () => {
    expect(median([1, 2, 3, 100])).toBe(2);
    expect(median([10, 9, 100])).toBe(10);
  });

  it("say nothing of what a contestant does not have", () => {
    expect(middle([figure("tar", 60, 1)])).toMatchObject({ roundTrips: undefined, plugin: undefined });
  });
});

describe("the aims", () => {
  it("are seconds over the floor of the same step and the same number of files", () => {
    const figures = [
      figure("us", 60, 5),
      figure("floor", 60, 4.5),
      figure("us", 300, 20),
      figure("floor", 300, 16),
      figure("us", 300, 7, { step: "preview" }),
      figure("floor", 300, 4, { step: "preview" }),
      figure("us", 300, 99, { step: "again" }),
      figure("floor", 300, 4, { step: "again" }),
    ];
    expect(aims(figures, "us", "floor")).toEqual([
      { what: "first apply of 60 files, over the engine's floor", measured: 0.5, aim: 1, unit: "s", met: true },
      { what: "first apply of 300 files, over the engine's floor", measured: 4, aim: 3, unit: "s", met: false },
      { what: "preview of 300 files, over the engine's floor", measured: 3, aim: 3, unit: "s", met: true },
    ]);
  });

  it("are not judged without a floor", () => {
    expect(aims([figure("us", 60, 5)], "us", "floor")).toEqual([]);
  });
});

describe("what a step will take", () => {
  const known = [figure("a", 10, 5), figure("a", 60, 20), figure("b", 60, 900)];
  it("is told from the same step with the most files so far", () => {
    expect(expected(known, "a", 300, "first")).toBe(100);
  });
  it("is that of a first apply for a step that was never measured", () => {
    expect(expected([...known, figure("a", 60, 6, { step: "again" })], "a", 60, "again")).toBe(6);
    expect(expected(known, "a", 60, "preview")).toBe(20);
  });
  it.each([
    ["fewer files than any so far", "a", 5, "first"],
    ["another contestant", "c", 60, "first"],
  ] as const)("is not known for %s", (_, contestant, files, step) => {
    expect(expected(known, contestant, files, step)).toBeUndefined();
  });
});
