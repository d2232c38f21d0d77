import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Directory, File, type Provider, PythonEnvironment } from "../../plugins/host/sdk";
import { localFile } from "../config/local-file";
import type { StackConfig } from "../config/schema";
import { renderTemplate } from "../render";

/** JupyterLab's own defaults, changed where they do not fit a cluster: nodes reach no news and no updates on the internet. */
const LAB_SETTINGS = { "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false } };

type Environment = StackConfig["environments"][number];

export interface SingleUserEnvironmentArgs {
  /** Name of the stack, for the headers. */
  stack: string;
  environment: Environment & { install: NonNullable<Environment["install"]> };
  /** The login node it is installed on. */
  provider: Provider;
  /** The project's folder. */
  root: string;
}

/** The environment that servers run in, on the cluster's shared file system: the same jupyterhub version as the hub's, from one lock file. */
export class SingleUserEnvironment extends pulumi.ComponentResource {
  constructor(name: string, args: SingleUserEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:environments:SingleUser", name, {}, opts);
    const { environment, stack } = args;
    const { install } = environment;
    const onHost = { parent: this, provider: args.provider };

    const python = new PythonEnvironment(
      `${name}-python`,
      {
        path: environment.path,
        python: install.python,
        requirements: readFileSync(join(args.root, "runtime/requirements/singleuser.txt"), "utf8"),
        files: { "share/jupyter/lab/settings/overrides.json": `${JSON.stringify(LAB_SETTINGS, null, 2)}\n` },
        wheelhouse: install.wheels && localFile(args.root, install.wheels),
      },
      onHost,
    );
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
