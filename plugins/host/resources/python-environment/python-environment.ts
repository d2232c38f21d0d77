import { existsSync } from "node:fs";
import { execa } from "execa";
import { z } from "zod";
import type { Host } from "../../connection/host";
import { isOffline } from "../../offline";
import { absolutePath, accountName } from "../arguments";
import type { Resource } from "../resource";
import { parseEnvironment, readEnvironment } from "./facts";
import { buildEnvironment, removeEnvironment, runBuilder, UPLOAD_WHEELS } from "./plan";

const args = {
  path: absolutePath.refine(
    (path) => !/\s/.test(path),
    "must not contain blanks, since scripts name their interpreter by it",
  ),
  python: absolutePath.default("/usr/bin/python3"),
  requirements: z.string().min(1).optional(),
  builder: z.array(z.string().min(1)).min(1).optional(),
  wheelhouse: z.string().optional(),
  remoteWheelhouse: absolutePath.optional(),
  files: z.record(z.string().regex(/^(?!.*\.\.)[A-Za-z0-9._+-]+(\/[A-Za-z0-9._+-]+)*$/), z.string()).default({}),
  keep: z.int().min(0).default(1),
  graceSeconds: z.int().min(0).default(0),
  owner: accountName.default("root"),
  group: accountName.default("root"),
} satisfies z.ZodRawShape;

const schema = z.object(args);
export type EnvironmentArgs = z.infer<typeof schema>;
interface Outputs {
  pythonVersion: string;
}

const UPLOAD_SECONDS = 1800;

async function upload(host: Host, directory: string): Promise<string> {
  const tar = execa("tar", ["--create", "--file=-", `--directory=${directory}`, "."], {
    buffer: false,
    encoding: "buffer",
  });
  // Its failure shows at the other end, as an archive that is cut short.
  tar.catch(() => undefined);
  // `tar.stdout` itself is drained while nobody reads it yet; readable() waits.
  return (
    await host.stream(`upload the wheels of ${directory}`, UPLOAD_WHEELS, [], tar.readable(), UPLOAD_SECONDS)
  ).trim();
}

async function build(host: Host, wanted: EnvironmentArgs): Promise<EnvironmentArgs & Outputs> {
  const { wheelhouse, remoteWheelhouse = "", builder, path } = wanted;
  if (builder) {
    const pythonVersion = await host.must(`have ${builder[0]} make the environment ${path}`, runBuilder(path, builder));
    return { ...wanted, pythonVersion: pythonVersion.trim() };
  }
  const wheels = wheelhouse === undefined ? remoteWheelhouse : await upload(host, wheelhouse);
  const pythonVersion = await host.must(
    `build the environment ${path}`,
    buildEnvironment(wanted, wheels, wheelhouse !== undefined),
  );
  return { ...wanted, pythonVersion: pythonVersion.trim() };
}

export const pythonEnvironment: Resource<EnvironmentArgs, Outputs> = {
  type: "PythonEnvironment",
  args,
  outputs: { pythonVersion: ["path", "python"] },
  replaceOn: ["path"],
  incidental: ["wheelhouse", "remoteWheelhouse", "keep", "graceSeconds"],
  problems({ wheelhouse, remoteWheelhouse, requirements, builder }) {
    const failures = [];
    if (requirements === undefined && builder === undefined)
      failures.push({ property: "requirements", reason: "requirements or builder must be given" });
    if (wheelhouse !== undefined && remoteWheelhouse !== undefined)
      failures.push({ property: "wheelhouse", reason: "only one of wheelhouse and remoteWheelhouse can be given" });
    if (wheelhouse !== undefined && !existsSync(wheelhouse) && !isOffline())
      failures.push({ property: "wheelhouse", reason: `there is no directory ${wheelhouse} on this machine` });
    if (requirements !== undefined && builder === undefined && !requirements.includes("--hash="))
      failures.push({
        property: "requirements",
        reason: "every package needs a --hash, as pip-compile --generate-hashes writes it",
      });
    return failures;
  },
  id: ({ path }) => path,
  fromId: (path) => ({ path, requirements: "# imported --hash=" }),
  create: build,
  async read(host, state) {
    const facts = parseEnvironment(await host.must(`read the environment ${state.path}`, readEnvironment(state.path)));
    if (facts && state.requirements === undefined) return { ...state, pythonVersion: facts.pythonVersion };
    return facts && { ...state, ...facts };
  },
  update: (host, _state, wanted) => build(host, wanted),
  async delete(host, state) {
    await host.must(`remove the environment ${state.path}`, removeEnvironment(state));
  },
};
