import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Directory, File, type Provider } from "../../plugins/host/sdk";
import type { ResolvedConfig } from "../config/files";
import { renderTemplate } from "../render";
import { type KeptEnvironment, keeperDirectory, keeperProgram, renderKeeperSettings } from "./kept";

const PYTHON = "/usr/bin/python3";
const COMPILE = "import sys; compile(open(sys.argv[1], 'rb').read(), sys.argv[1], 'exec')";
const READ =
  "import sys; sys.path.insert(0, sys.argv[1]); from environments.settings import Settings; import json; Settings(json.load(open(sys.argv[2])))";

export interface EnvironmentKeeperArgs {
  /** Name of the stack, for the headers. */
  stack: string;
  config: ResolvedConfig;
  /** The account whose name it has. */
  account: string;
  /** The environments of the host. */
  environments: readonly KeptEnvironment[];
  provider: Provider;
  /** The project's folder. */
  root: string;
}

/** The program of a host that lists its environments, goes back to former versions, and updates those that follow a lock file. */
export class EnvironmentKeeper extends pulumi.ComponentResource {
  constructor(name: string, args: EnvironmentKeeperArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:environments:Keeper", name, {}, opts);
    const { stack, config, account, environments } = args;
    const onHost = { parent: this, provider: args.provider };
    const directory = keeperDirectory(account);
    const source = join(args.root, "runtime/environments");

    const place = new Directory(`${name}-directory`, { path: directory, removeContents: true }, onHost);
    const inPlace = { ...onHost, dependsOn: [place] };
    const modules = new Directory(`${name}-modules`, { path: `${directory}/environments` }, inPlace);
    const files = readdirSync(source)
      .filter((file) => file.endsWith(".py"))
      .map(
        (file) =>
          new File(
            `${name}-${file}`,
            {
              path: `${directory}/environments/${file}`,
              content: readFileSync(join(source, file), "utf8"),
              validate: [PYTHON, "-IBS", "-c", COMPILE, "%s"],
            },
            { ...onHost, dependsOn: [modules] },
          ),
      );
    const locks = environments
      .filter(({ lock, followed }) => lock !== undefined && !followed)
      .map(
        ({ name: of, lock = "" }) =>
          new File(`${name}-lock-${of}`, { path: lock, content: config.locks.environments[of] ?? "" }, inPlace),
      );
    const settings = new File(
      `${name}-settings`,
      {
        path: `${directory}/environments.json`,
        content: renderKeeperSettings(config, environments),
        validate: [PYTHON, "-IBS", "-c", READ, directory, "%s"],
      },
      { ...onHost, dependsOn: [...files, ...locks] },
    );
    new File(
      name,
      {
        path: keeperProgram(account),
        content: renderTemplate("environments/environment.sh", { stack, directory, python: PYTHON }),
        mode: "0755",
        validate: ["sh", "-n", "%s"],
      },
      { ...onHost, dependsOn: [settings] },
    );
    this.registerOutputs({});
  }
}
