import { describe, expect, it } from "vitest";
import { parseTarget, spellTarget } from "./target";

describe("a host as people type it", () => {
  it.each([
    ["hub", { address: "hub", port: 22 }],
    ["hub.example.org:2222", { address: "hub.example.org", port: 2222 }],
    ["me@10.0.0.1", { address: "10.0.0.1", port: 22, user: "me" }],
    ["me@10.0.0.1:2", { address: "10.0.0.1", port: 2, user: "me" }],
    ["fd79::14", { address: "fd79::14", port: 22 }],
    ["[fd79::14]:2222", { address: "fd79::14", port: 2222 }],
    ["[fd79::14]", { address: "fd79::14", port: 22 }],
    ["fe80::1%eth0", { address: "fe80::1%eth0", port: 22 }],
  ])("reads %s, and writes it again", (text, target) => {
    expect(parseTarget(text, 22)).toEqual(target);
    expect(parseTarget(spellTarget(target.address, target.port), 22)).toMatchObject({
      address: target.address,
      port: target.port,
    });
  });

  it.each(["", "-oProxyCommand=x", "me@-oX", "hub:0", "hub:70000", "hub:x", "a b", "hub;id", "$(id)", "me@@hub"])(
    "refuses %j",
    (text) => {
      expect(() => parseTarget(text, 22)).toThrow(/is not HOST/);
    },
  );
});
