import { describe, expect, it } from "vitest";
import { fileAsset } from "./asset";
import { compareProperties, isWithin } from "./difference";
import { known } from "./properties";

describe("comparing state with what is wanted", () => {
  const compare = (old: Parameters<typeof known>[0], wanted: Parameters<typeof known>[0], replaceOn: string[] = []) =>
    compareProperties(
      known(old),
      known(wanted),
      [...new Set([...Object.keys(old), ...Object.keys(wanted)])],
      replaceOn,
    );

  it("finds nothing between equals, whatever the order of keys", () => {
    expect(compare({ a: { x: 1, y: [2] } }, { a: { y: [2], x: 1 } })).toEqual({});
  });

  it("names the path of what differs", () => {
    expect(compare({ list: ["a", "b"], t: { k: 1 } }, { list: ["a", "c", "d"], t: {} })).toEqual({
      "list[1]": { kind: "update", replace: false },
      "list[2]": { kind: "add", replace: false },
      "t.k": { kind: "delete", replace: false },
    });
  });

  it("writes the path of an odd key as Pulumi reads it", () => {
    const files = { "share/a.json": "1", plain: "1", 'a"b': "1" };
    const changes = compare({ files }, { files: { "share/a.json": "2", plain: "2", 'a"b': "2" } });
    expect(Object.keys(changes)).toEqual(['files["share/a.json"]', "files.plain", 'files["a\\"b"]']);
  });

  it("knows what lies in an ignored path", () => {
    const within = (path: string) => isWithin(path, ["files", "groups[1]"]);
    expect(["files", 'files["a"]', "files.a", "groups[1]"].every(within)).toBe(true);
    expect(["filesystem", "groups", "groups[10]", "groups[0]"].some(within)).toBe(false);
  });

  it("marks what means a new resource", () => {
    expect(compare({ path: "/a" }, { path: "/b" }, ["path"])).toEqual({ path: { kind: "update", replace: true } });
  });

  it("compares assets by their content and not by where they come from", () => {
    const SHA_OF_X = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    expect(compare({ content: fileAsset("1", "/a") }, { content: fileAsset("1", "/b") })).toEqual({});
    expect(compare({ content: "x" }, { content: fileAsset(SHA_OF_X, "/b") })).toEqual({});
    const changed = { content: { kind: "update", replace: false } };
    expect(compare({ content: fileAsset("1", "/a") }, { content: fileAsset("2", "/a") })).toEqual(changed);
    expect(compare({ content: "y" }, { content: fileAsset(SHA_OF_X, "/b") })).toEqual(changed);
    expect(compare({ content: fileAsset("1", "/a") }, { content: { hash: "1" } })).toEqual(changed);
  });

  it("counts what is not known yet as changed", () => {
    const wanted = { ...known({}), unknowns: new Set(["content"]) };
    expect(compareProperties(known({ content: "x" }), wanted, ["content"], [])).toEqual({
      content: { kind: "update", replace: false },
    });
  });
});
