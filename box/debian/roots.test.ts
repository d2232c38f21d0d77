import { expect, test } from "vitest";
import { hubPackages, type RootLayer, rootDirectories, rootKey } from "./roots";

const scripts: [string, string] = ["base", "layer"];
const layer: RootLayer = { name: "one", mode: "install", packages: ["a", "b"] };

test("a root's key changes with its packages, its mode, what is below it, and how it is built", () => {
  const keys = [
    rootKey({}, scripts),
    rootKey({ release: "bookworm" }, scripts),
    rootKey({ layers: [layer] }, scripts),
    rootKey({ layers: [{ ...layer, packages: ["a"] }] }, scripts),
    rootKey({ layers: [{ ...layer, mode: "offer" }] }, scripts),
    rootKey({ layers: [hubPackages, layer] }, scripts),
    rootKey({ layers: [layer] }, ["base", "another layer script"]),
    rootKey({ layers: [layer] }, ["another base script", "layer"]),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(rootKey({ layers: [{ ...layer, name: "renamed" }] }, scripts)).toBe(keys[2]);
});

test("hosts share the directories of the layers they have in common", () => {
  const [base, one] = rootDirectories({ layers: [layer] });
  expect(rootDirectories({ layers: [layer, hubPackages] }).slice(0, 2)).toEqual([base, one]);
});

test("the hub's tools are offered to Pulumi, not installed", () => {
  expect(hubPackages.mode).toBe("offer");
  expect(hubPackages.packages).toEqual(expect.arrayContaining(["podman", "nftables"]));
});
