import { describe, expect, it } from "vitest";
import { ratio } from "../../columns";
import type { Figure } from "./figures";
import { summary, table } from "./table";

const common = { files: 60, cpu: 1.04, hostCpu: 0.5 };
const figures: Figure[] = [
  {
    ...common,
    contestant: "us",
    step: "first",
    seconds: 6,
    roundTrips: 6,
    plugin: { cpu: 0.7, peakMegabytes: 81.6 },
  },
  { ...common, contestant: "us", step: "preview", seconds: 4.5 },
  { ...common, contestant: "us", step: "again", seconds: 5, cpu: 0.9 },
  { ...common, contestant: "floor", step: "first", seconds: 4.4 },
  { ...common, contestant: "floor", step: "preview", seconds: 4 },
  { ...common, contestant: "slow", step: "first", seconds: 62 },
  { ...common, contestant: "slow", step: "first", files: 300, seconds: 300 },
];

describe("the table", () => {
  it("shows seconds, how many times the reference's, and a dash for what was not measured", () => {
    expect(table(figures, 60, "us")).toBe(
      [
        "60 files of 2.7 kB and 5 units",
        "        first apply      preview   no-change run    CPU here   CPU on the host",
        "us        6.0 (1.0)    4.5 (1.0)       5.0 (1.0)   1.0 / 0.9         0.5 / 0.5",
        "floor    4.4 (0.73)   4.0 (0.89)               -     1.0 / -           0.5 / -",
        "slow      62.0 (10)            -               -     1.0 / -           0.5 / -",
        "",
      ].join("\n"),
    );
  });

  it("has no ratios where the reference was not measured", () => {
    expect(table(figures, 300, "us")).toContain("slow         300.0         -");
  });

  it.each([
    [0.3149, 1, "0.31"],
    [1, 1, "1.0"],
    [9.94, 1, "9.9"],
    [62, 5, "12"],
  ])("%d of %d is %s", (value, of, text) => {
    expect(ratio(value, of)).toBe(text);
  });
});

describe("the summary", () => {
  it("tells of the plugin and what was left out", () => {
    const skipped = [
      { contestant: "slow", files: 300, step: "again" as const, reason: "too long" },
      { contestant: "stock", files: 60, reason: "not here" },
    ];
    expect(summary(figures, skipped, "us")).toBe(
      [
        "The host plugin:",
        "  first apply of 60 files: 0.7 s of CPU, at most 82 MB, 6 batches of commands",
        "Left out:",
        "  slow, 300 files, no-change run: too long",
        "  stock, 60 files: not here",
      ].join("\n"),
    );
  });
});
