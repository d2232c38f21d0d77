import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Answer, type Command, quote } from "../connection/command";
import type { RehearsalHost, Said } from "./case-file";

/** Empty in a rehearsal but for its own files. */
const HIDDEN = ["/etc", "/var", "/run", "/srv", "/home", "/opt", "/usr/lib/systemd", "/proc/sys"];

/** What every host has, so that no case has to list it. */
const BASIC =
  "awk base64 basename cat chmod chown cmp comm cp cut date dd dirname env flock getent grep head id install ln ls mkdir mktemp mv od printf readlink rm rmdir sed sh sha256sum sleep sort stat sync tail tar timeout touch tr uname uniq wc";

const PASSWD = "root:x:0:0:root:/root:/bin/sh\n";

const unshared = process.getuid?.() === 0 ? ["--mount"] : ["--mount", "--user", "--map-root-user"];

/** Why this machine cannot rehearse, `undefined` if it can. */
export function whyNotRehearse(): string | undefined {
  const { status, stderr, error } = spawnSync("unshare", [...unshared, "true"], { encoding: "utf8" });
  return status === 0 ? undefined : `no mount namespace can be made here (${(error?.message ?? stderr).trim()})`;
}

function findProgram(name: string): string | undefined {
  const directory = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].find((candidate) => existsSync(join(candidate, name)));
  return directory && realpathSync(join(directory, name));
}

function saying(said: Said): string {
  const { says, warns, exit } = typeof said === "string" ? { says: said, warns: "", exit: 0 } : said;
  return `printf %s ${quote(says)}; printf %s ${quote(warns)} >&2; exit ${exit}`;
}

/** A program that notes how it was called and answers as it is told to. */
function programText(name: string, program: RehearsalHost["programs"][string], notes: string): string {
  const single = typeof program === "string" || "says" in program || "exit" in program || "warns" in program;
  const answers = single
    ? saying(program as Said)
    : `case "$*" in\n${Object.entries(program as Record<string, Said>)
        .map(([pattern, said]) => `${pattern.split("*").map(quote).join("*")}) ${saying(said)} ;;`)
        .join("\n")}\n*) echo "${name} was called with $*, for which the case has no answer" >&2; exit 99 ;;\nesac`;
  return `#!/bin/sh\nprintf '%s\\n' "${name}\${*:+ $*}" >>${quote(notes)}\n${answers}\n`;
}

/** A tree of files and some programs that stand for a host, on which scripts really run. */
export class Rehearsal {
  private readonly directory = mkdtempSync(join(tmpdir(), "rehearsal-"));
  private readonly notes = join(this.directory, "notes");

  constructor(host: RehearsalHost) {
    for (const path of [...HIDDEN.map((hidden) => `root${hidden}`), "programs", "basic", "tmp"])
      mkdirSync(join(this.directory, path), { recursive: true });
    writeFileSync(this.notes, "");
    const files: RehearsalHost["files"] = { "/etc/passwd": PASSWD, "/etc/group": "root:x:0:\n", ...host.files };
    for (const [path, file] of Object.entries(files)) {
      const at = this.at(path);
      mkdirSync(dirname(at), { recursive: true });
      if (typeof file === "string") writeFileSync(at, file);
      else if ("link" in file) symlinkSync(file.link, at);
      else if ("directory" in file) mkdirSync(at, { recursive: true });
      else writeFileSync(at, file.text);
      if (typeof file === "object" && !("link" in file))
        chmodSync(at, Number.parseInt("mode" in file ? file.mode : file.directory, 8));
    }
    for (const name of BASIC.split(" ")) {
      const real = findProgram(name);
      if (real !== undefined) symlinkSync(real, join(this.directory, "basic", name));
    }
    for (const [name, program] of Object.entries(host.programs))
      writeFileSync(join(this.directory, "programs", name), programText(name, program, this.notes), { mode: 0o755 });
  }

  /** Runs a command as a host would. */
  run(command: Command): Answer {
    const mounts = HIDDEN.filter((hidden) => existsSync(hidden)).map(
      (hidden) => `/bin/mount --bind ${quote(join(this.directory, "root", hidden))} ${hidden}`,
    );
    const text = `${mounts.join("\n")}
export PATH=${quote(join(this.directory, "programs"))}:${quote(join(this.directory, "basic"))} LC_ALL=C TMPDIR=${quote(join(this.directory, "tmp"))}
umask 077; cd /
die() { printf '%s\\n' "$*" >&2; exit 1; }
field() { printf '%s %s\\n' "$1" "$2"; }
${command.script.name}() {
${command.script.body}
}
set -eu
${[command.script.name, ...command.args].map(quote).join(" ")}
`;
    const { status, stdout, stderr, error } = spawnSync("unshare", [...unshared, "/bin/sh", "-c", text], {
      input: command.input ?? "",
      encoding: "utf8",
      timeout: 20_000,
    });
    if (error) throw error;
    return { exitCode: status ?? 255, stdout, stderr };
  }

  /** How the listed programs were called, in order. */
  calls(): string[] {
    return readFileSync(this.notes, "utf8").split("\n").slice(0, -1);
  }

  /** Text and mode of a file, `undefined` where there is none. */
  file(path: string): { text: string; mode: string } | undefined {
    const at = this.at(path);
    const stat = lstatSync(at, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    const text = stat.isSymbolicLink() ? `-> ${readlinkSync(at)}` : stat.isFile() ? readFileSync(at, "utf8") : "";
    return { text, mode: (stat.mode & 0o7777).toString(8).padStart(4, "0") };
  }

  end(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private at(path: string): string {
    if (!HIDDEN.some((hidden) => path === hidden || path.startsWith(`${hidden}/`)))
      throw new Error(`${path} is not below ${HIDDEN.join(", ")}`);
    return join(this.directory, "root", path);
  }
}
