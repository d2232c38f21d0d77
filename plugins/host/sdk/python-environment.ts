import * as pulumi from "@pulumi/pulumi";

export interface PythonEnvironmentArgs {
  /** Directory of the virtual environment. Another path replaces the resource. */
  path: pulumi.Input<string>;
  /** Interpreter on the host. Default "/usr/bin/python3". */
  python?: pulumi.Input<string>;
  /** Text of a requirements file with a hash for every package; with `builder`, of what that installs. Left out: what is in it is the builder's own, and never a difference. */
  requirements?: pulumi.Input<string>;
  /** Command on the host that makes the environment in the place of venv and pip, its first word an absolute path. */
  builder?: pulumi.Input<pulumi.Input<string>[]>;
  /** Directory of wheels on the machine that runs Pulumi, uploaded for the installation. At most one of the two; none: the host's own index. */
  wheelhouse?: pulumi.Input<string>;
  /** Directory of wheels that is on the host already. */
  remoteWheelhouse?: pulumi.Input<string>;
  /** Further files of the environment, by path below it: settings that belong to these packages. Default none. */
  files?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** How many former versions are kept. Default 1. */
  keep?: pulumi.Input<number>;
  /** Seconds that something may run in a version after the next took its place: until then it is not removed. Default 0. */
  graceSeconds?: pulumi.Input<number>;
  /** Owning account. Default "root". */
  owner?: pulumi.Input<string>;
  /** Owning group. Default "root". */
  group?: pulumi.Input<string>;
}

/**
 * A virtual environment with exactly the locked packages. While it is built the previous one is kept, and stays if that fails.
 *
 * @id the path
 * @reads requirements, interpreter, its version and the owner. One whose interpreter does not run counts as none
 * @deletion the link and all versions are removed
 */
export class PythonEnvironment extends pulumi.CustomResource {
  declare readonly path: pulumi.Output<string>;
  /** Version of the interpreter: "3.13.5". */
  declare readonly pythonVersion: pulumi.Output<string>;

  constructor(name: string, args: PythonEnvironmentArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:PythonEnvironment", name, { ...args, pythonVersion: undefined }, opts);
  }
}
