import { describe, expect, it } from "vitest";
import { checkProperties } from "../../rpc/check";
import { known } from "../../rpc/properties";
import { providerArgs } from "./configuration";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5/2Oy+ZDYmrwOly6e94jmRBSmHwwn";
const hop = { address: "hub", user: "admin", hostKeys: [KEY], agent: true };
const check = (values: object) => checkProperties("the provider", providerArgs, known({ ...hop, ...values }));

describe("the provider's arguments", () => {
  it("have a host key in one spelling, so that a comment is no change", () => {
    const jump = { ...hop, hostKeys: [`${KEY} root@gate\n`] };
    const { inputs, failures } = check({ hostKeys: [`hub,10.0.0.1 ${KEY} a comment`], jump });
    expect(failures).toEqual([]);
    expect(inputs.values.hostKeys).toEqual([KEY]);
    expect(inputs.values.jump).toMatchObject({ hostKeys: [KEY], port: 22 });
  });

  it.each<[string, object, RegExp]>([
    ["hostKeys", { hostKeys: [] }, /needs at least one pinned host key/],
    [
      "hostKeys",
      { hostKeys: [`@cert-authority * ${KEY}`] },
      /at \[0\]: is of a host certificate authority.*not supported/,
    ],
    ["hostKeys", { hostKeys: [KEY, "SHA256:abc"] }, /at \[1\]: is a fingerprint/],
    ["jump", { jump: { ...hop, hostKeys: ["nonsense"] } }, /at \.hostKeys\[0\]: is not a public host key/],
    ["address", { address: "-oProxyCommand=id" }, /neither a host name nor an IP address/],
    ["user", { user: "-l root" }, /not an account name/],
    ["sudoPassword", { sudoPassword: "two\nlines" }, /must be one line/],
  ])("name %s when it is wrong, and not its value", (property, values, reason) => {
    const { failures } = check(values);
    expect(failures).toHaveLength(1);
    expect(failures[0]?.property).toBe(property);
    expect(failures[0]?.reason).toMatch(reason);
    expect(failures[0]?.reason).not.toContain("two\nlines");
  });
});
