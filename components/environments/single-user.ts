import { dirname } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Directory, File, type Provider, PythonEnvironment, SystemdUnit } from "../../plugins/host/sdk";
import type { ResolvedConfig } from "../config/files";
import { localFile } from "../config/local-file";
import type { StackConfig } from "../config/schema";
import { renderTemplate } from "../render";
import { keeperProgram, renderUpdateUnits, updateUnit } from "./kept";
import { LAB_SETTINGS } from "./lab-settings";
import { compareHubs, versionIn } from "./requirements";

type Environment = StackConfig["environments"][number];

export interface SingleUserEnvironmentArgs {
  /** Name of the stack, for the headers. */
  stack: string;
  environment: Environment & { install: NonNullable<Environment["install"]> };
  /** Locked requirements, of the hub and by name of the environments. */
  locks: ResolvedConfig["locks"];
  /** The account whose name the keeper's program has there. */
  account: string;
  /** What keeps the environments of that login node. */
  keeper: pulumi.Resource;
  /** Seconds that a server may run in a version after the next took its place. */
  graceSeconds: number;
  /** The login node it is installed on. */
  provider: Provider;
  /** The project's folder. */
  root: string;
}

/** What to say of an environment whose jupyterhub is not quite the hub's; undefined where it is the same. */
export function otherVersionNotice(name: string, requirements: string, hubLock: string): string | undefined {
  const [servers, hub] = [requirements, hubLock].map((lock) => versionIn(lock, "jupyterhub") ?? "");
  if (compareHubs(servers ?? "", hub ?? "") === "same") return undefined;
  return `The environment ${name} is locked with jupyterhub ${servers}, the hub with ${hub}. They work together; lock both with the same when you can.`;
}

/** The environment that servers run in, on the cluster's shared file system, from a lock file that goes with the hub's. */
export class SingleUserEnvironment extends pulumi.ComponentResource {
  constructor(name: string, args: SingleUserEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:environments:SingleUser", name, {}, opts);
    const { environment, stack, locks, account } = args;
    const { install } = environment;
    const onHost = { parent: this, provider: args.provider };
    const requirements = locks.environments[environment.name] ?? "";
    const notice = install.update ? undefined : otherVersionNotice(environment.name, requirements, locks.hub);
    if (notice !== undefined) void pulumi.log.warn(notice, this);

    const python = new PythonEnvironment(
      `${name}-python`,
      {
        path: environment.path,
        python: install.python,
        keep: install.keep,
        graceSeconds: args.graceSeconds,
        ...(install.update || install.conda
          ? {
              builder: [keeperProgram(account), "update", environment.name],
              ...(requirements !== "" && { requirements }),
            }
          : { requirements, files: LAB_SETTINGS, wheelhouse: install.wheels && localFile(args.root, install.wheels) }),
      },
      { ...onHost, dependsOn: [args.keeper] },
    );
    if (install.update) {
      const { name: of, path } = environment;
      const units = renderUpdateUnits(stack, account, { name: of, path, schedule: install.update.schedule });
      const unit = updateUnit(account, of);
      const service = new SystemdUnit(
        `${name}-update`,
        { name: `${unit}.service`, content: units.service, enabled: false, active: false },
        { ...onHost, dependsOn: [python] },
      );
      new SystemdUnit(
        `${name}-timer`,
        { name: `${unit}.timer`, content: units.timer },
        { ...onHost, dependsOn: [service] },
      );
    }
    if (install.moduleFile) {
      const { name: module, title, path } = environment;
      const directory = new Directory(`${name}-module-directory`, { path: dirname(install.moduleFile) }, onHost);
      new File(
        `${name}-module`,
        {
          path: install.moduleFile,
          content: renderTemplate("environments/module.lua", { stack, name: module, title, path }),
        },
        { ...onHost, dependsOn: [python, directory] },
      );
    }
    this.registerOutputs({});
  }
}
