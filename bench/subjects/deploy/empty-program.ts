import type { Box } from "../../../box/api";
import { Project } from "../../../plugins/host/trial/project";
import { measure } from "../../measure";

/** A Pulumi project whose program makes nothing, with the same CLI and language host. */
export class EmptyProgram {
  private constructor(private readonly project: Project) {}

  /** Makes it, with a state of its own. */
  static async make(box: Box): Promise<EmptyProgram> {
    return new EmptyProgram(await Project.make(box, "empty", "bench/subjects/deploy/nothing.ts", []));
  }

  /** Seconds that `pulumi ARGS` takes on it. */
  async seconds(args: readonly string[]): Promise<number> {
    const { project } = this;
    const argv = project.commandLine(args);
    return (await measure({ argv, cwd: project.directory, env: project.env }, async () => 0)).seconds;
  }

  /** Forgets it. */
  remove(): Promise<void> {
    return this.project.remove();
  }
}
