import { expect, test } from "vitest";
import { slurmSection } from "./slurm";
import { renderSlurmForHub } from "./slurm-hub";

const partition = (title: string) => ({ title, maxCores: 1 });

/** Partitions in the order in which the hub gets them. */
function shown(section: object): string[] {
  const slurm = slurmSection.parse({
    partitions: { short: partition("S"), gpu: partition("G"), long: partition("L") },
    ...section,
  });
  const text = renderSlurmForHub(slurm, { environments: [], namePattern: "[a-z]+" });
  return [...text.matchAll(/"(short|gpu|long)": \{/g)].map(([, name = ""]) => name);
}

test("the form shows the default partition first, and the others by name", () => {
  expect(shown({ defaultPartition: "long" })).toEqual(["long", "gpu", "short"]);
  expect(shown({})).toEqual(["gpu", "long", "short"]);
});
