import { expect, test } from "vitest";
import { hubPackages, type RootLayer, rootDirectories, rootKey } from "./roots";

const scripts: [string, string] = ["base", "layer"];
const layer: RootLayer = { name: "one", mode: "install", packages: ["a", "b"] };

test("a root's key changes with its packages, its mode, what is below it, and how it is built", () => {
  const keys = [
    rootKey([], scripts),
    rootKey([layer], scripts),
    rootKey([{ ...layer, packages: ["a"] }], scripts),
    rootKey([{ ...layer, mode: "offer" }], scripts),
    rootKey([hubPackages, layer], scripts),
    rootKey([layer], ["base", "another layer script"]),
    rootKey([layer], ["another base script", "layer"]),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(rootKey([{ ...layer, name: "renamed" }], scripts)).toBe(keys[1]);
});

test("hosts share the directories of the layers they have in common", () => {
  const [base, one] = rootDirectories([layer]);
  expect(rootDirectories([layer, hubPackages]).slice(0, 2)).toEqual([base, one]);
});

test("the hub's tools are offered to Pulumi, not installed", () => {
  expect(hubPackages.mode).toBe("offer");
  expect(hubPackages.packages).toEqual(expect.arrayContaining(["podman", "nftables"]));
});
