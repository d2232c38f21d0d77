import { describe, expect, it } from "vitest";
import { compareProperties } from "./difference";
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

  it("marks what means a new resource", () => {
    expect(compare({ path: "/a" }, { path: "/b" }, ["path"])).toEqual({ path: { kind: "update", replace: true } });
  });

  it("counts what is not known yet as changed", () => {
    const wanted = { ...known({}), unknowns: new Set(["content"]) };
    expect(compareProperties(known({ content: "x" }), wanted, ["content"], [])).toEqual({
      content: { kind: "update", replace: false },
    });
  });
});
