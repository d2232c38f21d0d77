import { describe, expect, it } from "vitest";
import { fileAsset } from "../../../rpc/asset";
import type { Command } from "../../connection/command";
import { completeContent, contentProblem, legible, onHost, sha256Of, sourceOf } from "./content";
import { parseFile } from "./facts";
import { BATCHED_BYTES, reloadText, validateText, writeFile } from "./plan";

describe("reading a file", () => {
  it.each([
    ["absent", "kind absent\n", { kind: "absent" }],
    ["a link", "kind other\n", { kind: "other" }],
    [
      "the expected content",
      "stat 0:640:root:adm:5\nsha256 abc\nkind file\n",
      { kind: "file", owner: "root", group: "adm", mode: "0640", size: 5, sha256: "abc", content: undefined },
    ],
    [
      "other content, empty, with a sticky bit",
      "stat 7:1777:a:b:0\nsha256 def\ncontent \nkind file\n",
      { kind: "file", owner: "a", group: "b", mode: "1777", size: 0, sha256: "def", content: Buffer.alloc(0) },
    ],
  ])("%s", (_, stdout, facts) => {
    expect(parseFile(stdout)).toEqual(facts);
  });
});

describe("planning a file", () => {
  it("hands the content over as bytes, never as an argument", () => {
    const place = { path: "/etc/s", owner: "root", group: "root", mode: "0600" };
    const { args, input } = writeFile(place, "sum", Buffer.from("geheim ä"), "create") as Command;
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

describe("writing", () => {
  it("gives a copy that nobody can enter owner, mode and label before it comes in sight, and checks it first", () => {
    const { script } = writeFile(
      { path: "/a", owner: "a", group: "a", mode: "0600" },
      "sum",
      Buffer.from(""),
      "create",
    );
    const steps = [
      "umask 077",
      "mktemp -d",
      "ours .",
      'cat >"./$name"',
      "sha256sum <",
      "chown --",
      "chmod ",
      "chcon ",
      "sync ",
      'eval "$validate"',
      "keep_record",
      "leave ",
      "mv -fT",
    ];
    const body = script.body.slice(script.body.indexOf("path=$1 owner=$2"));
    const places = steps.map((step) => body.indexOf(step));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});

describe("content", () => {
  it("is sent with other commands when it is small, by itself when it is large", () => {
    const place = { path: "/etc/s", owner: "root", group: "root", mode: "0600" };
    expect(writeFile(place, "sum", Buffer.alloc(BATCHED_BYTES), "create")).toHaveProperty("input");
    expect(writeFile(place, "sum", Buffer.alloc(BATCHED_BYTES + 1), "create")).toHaveProperty("open");
  });

  it("is a text only if nothing is lost by it and it does nothing to a terminal", () => {
    expect(legible(Buffer.from("ä\u{feff}\t\r\n"))).toBe("ä\u{feff}\t\r\n");
    expect(legible(Buffer.from("\u{feff}x"))).toBe("\u{feff}x");
    for (const bytes of [[0x61, 0], [0xff], [0xc3], [0x1b, 0x5b], [0xc2, 0x9b]])
      expect(legible(Buffer.from(bytes))).toBeUndefined();
  });

  it("of a StringAsset is its text", () => {
    const asset = { ...fileAsset("", ""), text: "hello\n" };
    expect(completeContent(asset)).toBe("hello\n");
    expect(completeContent(fileAsset("", ""))).toBe("");
  });

  it("is refused where it cannot be had", () => {
    expect(contentProblem({ ...fileAsset("1", ""), uri: "https://x/y" }, "/a")).toMatch(
      /RemoteAsset, which is not fetched/,
    );
    expect(contentProblem(fileAsset("1", "/nowhere/at/all"), "/a")).toMatch(/\/nowhere\/at\/all cannot be read/);
    expect(contentProblem(fileAsset("1", "/usr"), "/a")).toMatch(/not a regular file/);
    expect(contentProblem(fileAsset("1", ""), "/a")).toMatch(/only the hash/);
  });

  it("that only the host has is left as it is there", () => {
    const asset = onHost("abc", "login", "/etc/motd");
    expect(contentProblem(asset, "/etc/motd")).toBeUndefined();
    expect(sourceOf(asset, "/etc/motd")).toBe("host");
    expect(sha256Of(asset)).toBe("abc");
  });
});
