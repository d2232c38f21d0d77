import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundleProgram } from "../../../../box/deploy";
import { ensurePlugins, words } from "../../../../box/toolchain/plugins";
import { ensureToolchain } from "../../../../box/toolchain/toolchain";
import { Project } from "../../../../plugins/host/trial/project";
import { measure } from "../../../measure";
import type { Contestant } from "../contestant";

/** As many connections as an sshd takes at once without turning some away. */
const PARALLEL = "8";

export const remoteCommand: Contestant = {
  name: "remote.Command",
  description: `one remote.Command of @pulumi/command for each file and unit, ${PARALLEL} at once; nothing is read back`,
  applies: true,
  async prepare(target, load) {
    await bundleProgram();
    const project = await Project.make(
      target.box,
      "bench",
      "bench/subjects/files/contestants/remote-command-program.ts",
      [],
    );
    const home = join(project.directory, "home");
    const [served] = await ensurePlugins(["command"], { ...(await ensureToolchain()), home });
    const { address: host, user, hostKeys, privateKeyFile } = target.admin;
    const connection = { host, user, hostKey: hostKeys[0], privateKey: await readFile(privateKeyFile, "utf8") };
    const specification = join(project.directory, "specification.json");
    await writeFile(specification, JSON.stringify({ connection, load }));
    const env = { ...project.env, PULUMI_HOME: home, PULUMI_PARALLEL: PARALLEL, TRIAL_SPECIFICATION: specification };
    const run = (...args: string[]) => {
      const argv = project.commandLine([...args, "--non-interactive"]);
      return measure({ argv, cwd: project.directory, env }, target.cpu);
    };
    const up = () => run("up", "--yes", "--skip-preview");
    return {
      steps: { first: up, preview: () => run("preview", "--expect-no-changes"), again: up },
      clean: () => project.remove(),
      note: served && words(served),
    };
  },
};
