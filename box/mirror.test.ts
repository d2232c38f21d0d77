import { expect, test } from "vitest";
import { debianArchive, parseDeb822Sources, parseOneLineSources } from "./mirror";

const deb822 = `Types: deb
# An older snapshot: http://snapshot.example/debian
URIs: http://archive.example/debian
Suites: bookworm bookworm-updates
Components: main

Types: deb
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
Enabled: no
URIs: http://disabled.example/debian
Suites: bookworm
Components: main
`;

test("the archive is the one of this machine's own release, not its security updates nor what is switched off", () => {
  const sources = parseDeb822Sources(deb822);
  expect(sources.map((source) => source.uri)).toEqual([
    "http://archive.example/debian",
    "http://security.example/debian-security",
  ]);
  expect(debianArchive(sources.reverse(), "bookworm")).toBe("http://archive.example/debian");
  expect(debianArchive(sources, "trixie")).toBeUndefined();
});

test("one-line sources, with options and comments", () => {
  const text = `# deb http://commented.example/debian trixie main
deb-src http://source.example/debian trixie main
deb [signed-by=/usr/share/k.gpg arch=amd64] https://archive.example/debian trixie main contrib # ours
deb https://other.example/apt stable main
`;
  const sources = parseOneLineSources(text);
  expect(sources).toHaveLength(2);
  expect(sources[0]).toEqual({
    uri: "https://archive.example/debian",
    suites: ["trixie"],
    components: ["main", "contrib"],
  });
  expect(debianArchive(sources, "trixie")).toBe("https://archive.example/debian");
});
