/** Builds a Go program from the modules pinned in a folder beside this file, with their checksums. */
import { join } from "node:path";
import { execa } from "execa";
import { checkout } from "../paths";
import { BoxError } from "../progress";

/**
 * Builds one program.
 * @param folder of box/toolchain, with go.mod and go.sum
 * @param program import path of its main package
 * @param output file to write
 * @param variables string variables of packages to set, by import path and name
 */
export async function buildTool(
  folder: string,
  program: string,
  output: string,
  variables: { [name: string]: string },
): Promise<void> {
  const go = await execa("go", ["env", "GOVERSION"], { reject: false });
  if (go.exitCode !== 0) {
    throw new BoxError(
      "building the pulumi CLI needs Go 1.25.11 or newer (or 1.21 and newer with GOTOOLCHAIN=auto) on PATH, or install pulumi itself",
    );
  }
  const settings = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`);
  const args = [
    "build",
    "-trimpath",
    "-buildvcs=false",
    "-ldflags",
    ["-s", "-w", ...settings].join(" "),
    "-o",
    output,
    program,
  ];
  const built = await execa("go", args, {
    cwd: join(checkout, "box/toolchain", folder),
    env: { CGO_ENABLED: "0" },
    all: true,
    reject: false,
    timeout: 20 * 60_000,
  });
  if (built.exitCode !== 0) {
    throw new BoxError(`go build ${program} failed:\n${built.all?.split("\n").slice(-10).join("\n")}`);
  }
}
