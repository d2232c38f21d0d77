import { describe, expect, it } from "vitest";
import { fileAsset, hashOf, isAsset, pathOf } from "./asset";
import { fromWire, known, toWire } from "./properties";

describe("properties on the wire", () => {
  it("keeps values, secrets and unknowns apart over a round trip", () => {
    const properties = { values: { a: "x", b: [1, { c: true }] }, secrets: new Set(["b"]), unknowns: new Set(["d"]) };
    expect(fromWire(toWire(properties))).toEqual(properties);
  });

  it("takes a property with a secret inside as secret, and one with an unknown inside as unknown", () => {
    const wire = toWire(known({}));
    const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "s" };
    const map = wire.getFieldsMap();
    const nested = toWire(
      known({ list: [SECRET, "plain"], table: { inner: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } }),
    ).getFieldsMap();
    for (const key of ["list", "table"]) map.set(key, nested.get(key) as never);
    const read = fromWire(wire);
    expect(read.values).toEqual({ list: ["s", "plain"] });
    expect([...read.secrets]).toEqual(["list"]);
    expect([...read.unknowns]).toEqual(["table"]);
  });

  it("carries an asset as it is, also a secret one", () => {
    const properties = { ...known({ content: fileAsset("abc", "/etc/motd") }), secrets: new Set(["content"]) };
    const read = fromWire(toWire(properties));
    expect(read).toEqual(properties);
    const { content } = read.values;
    expect(isAsset(content) && [hashOf(content), pathOf(content)]).toEqual(["abc", "/etc/motd"]);
  });

  it("treats null as absent", () => {
    expect(fromWire(toWire(known({ a: null, b: 0 })))).toEqual(known({ b: 0 }));
  });
});
