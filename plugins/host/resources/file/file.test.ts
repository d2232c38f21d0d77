import { describe, expect, it } from "vitest";
import { parseFile } from "./facts";
import { reloadText, validateText, writeFile } from "./plan";

describe("reading a file", () => {
  it.each([
    ["absent", "kind absent\n", { kind: "absent" }],
    ["a link", "kind other\n", { kind: "other" }],
    [
      "the expected content",
      "stat root adm 640 5\nsha256 abc\nkind file\n",
      { kind: "file", owner: "root", group: "adm", mode: "0640", size: 5, sha256: "abc", content: undefined },
    ],
    [
      "other content, empty, with a sticky bit",
      "stat a b 1777 0\nsha256 def\ncontent \nkind file\n",
      { kind: "file", owner: "a", group: "b", mode: "1777", size: 0, sha256: "def", content: Buffer.alloc(0) },
    ],
  ])("%s", (_, stdout, facts) => {
    expect(parseFile(stdout)).toEqual(facts);
  });
});

describe("planning a file", () => {
  it("hands the content over as bytes, never as an argument", () => {
    const { args, input } = writeFile({
      path: "/etc/s",
      content: "geheim ä",
      owner: "root",
      group: "root",
      mode: "0600",
      guarded: false,
      sensitive: true,
    });
    expect(args.join(" ")).not.toContain("geheim");
    expect(input).toEqual(Buffer.from("geheim ä", "utf8"));
  });

  it("puts the copy's path into the checker and quotes the rest", () => {
    expect(validateText(["visudo", "-cf", "%s"])).toBe('visudo -cf "$tmp"');
    expect(validateText(["sh", "-c", "a; b", "--file=%s"])).toBe(`sh -c 'a; b' --file="$tmp"`);
    expect(validateText(undefined)).toBe("");
  });

  it("stops at the first command that fails", () => {
    expect(
      reloadText([
        ["systemctl", "daemon-reload"],
        ["systemctl", "reload", "my unit"],
      ]),
    ).toBe("systemctl daemon-reload && systemctl reload 'my unit'");
  });
});
