/** Where this machine gets its Debian packages from, so that the box asks the same place and names none itself. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** One archive of packages, as apt's sources describe it. */
export interface AptSource {
  uri: string;
  suites: string[];
  components: string[];
}

/** Reads one-line entries (`deb [options] URI SUITE COMPONENT...`) of a sources.list. */
export function parseOneLineSources(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const line of text.split("\n")) {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line);
    if (match === null) continue;
    sources.push({ uri: match[1] ?? "", suites: [match[2] ?? ""], components: words(match[3]) });
  }
  return sources;
}

/** Reads the stanzas of a deb822 `*.sources` file. */
export function parseDeb822Sources(text: string): AptSource[] {
  const sources: AptSource[] = [];
  const withoutComments = text.replace(/^#.*\n?/gm, "");
  for (const stanza of withoutComments.split(/\n\s*\n/)) {
    const field = (name: string) => words(new RegExp(`^${name}:\\s*(.*)$`, "im").exec(stanza)?.[1]);
    if (!field("Types").includes("deb") || field("Enabled")[0] === "no") continue;
    for (const uri of field("URIs")) {
      sources.push({ uri, suites: field("Suites"), components: field("Components") });
    }
  }
  return sources;
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(/\s+/).filter((word) => word !== "");
}

/**
 * The Debian archive among a machine's sources: plain http(s), component main, and a suite named like the machine's own release.
 * @param codename this machine's VERSION_CODENAME
 */
export function debianArchive(sources: AptSource[], codename: string): string | undefined {
  return sources.find(
    (source) =>
      /^https?:/.test(source.uri) &&
      source.components.includes("main") &&
      source.suites.some((suite) => suite === codename),
  )?.uri;
}

/**
 * The Debian archive this machine uses; undefined where it uses none (another distribution), and then debootstrap's own default serves.
 * @param etc the machine's /etc
 */
export async function debianMirror(etc = "/etc"): Promise<string | undefined> {
  const release = await readFile(join(etc, "os-release"), "utf8").catch(() => "");
  if (!/^ID="?debian"?$/m.test(release)) return undefined;
  const codename = /^VERSION_CODENAME="?(\w+)"?$/m.exec(release)?.[1];
  if (codename === undefined) return undefined;
  const directory = join(etc, "apt/sources.list.d");
  const names = (await readdir(directory).catch(() => [])).sort();
  const files = [join(etc, "apt/sources.list"), ...names.map((name) => join(directory, name))];
  const sources: AptSource[] = [];
  for (const file of files) {
    const text = await readFile(file, "utf8").catch(() => "");
    sources.push(...(file.endsWith(".sources") ? parseDeb822Sources(text) : parseOneLineSources(text)));
  }
  return debianArchive(sources, codename);
}
