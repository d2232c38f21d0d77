import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Directory, File, Package, type Provider } from "../../plugins/host/sdk";
import type { StackConfig } from "../config/schema";
import { schedulerOf } from "../schedulers";
import { renderClusterSettings } from "./cluster-settings";
import { limitsDirectory, programDirectory, programOf } from "./paths";

const PYTHON = "/usr/bin/python3";
const COMPILE = "import sys; compile(open(sys.argv[1], 'rb').read(), sys.argv[1], 'exec')";
const READ =
  "import sys; sys.path.insert(0, sys.argv[1]); from gate.settings import Settings; import json; Settings(json.load(open(sys.argv[2])), '')";

export interface ClusterProgramArgs {
  /** Name of the stack, for the headers. */
  stack: string;
  config: StackConfig;
  /** The login node. */
  provider: Provider;
  /** The project's folder. */
  root: string;
}

/** The only program that the hub can have a login node start: runtime/gate, owned by root, with its settings beside it. */
export class ClusterProgram extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterProgramArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:login:ClusterProgram", name, {}, opts);
    const { config, stack } = args;
    const { login } = config;
    const onHost = { parent: this, provider: args.provider };
    const directory = programDirectory(login.account);
    const source = join(args.root, "runtime/gate");

    const python = new Package(`${name}-python`, { names: ["python3"] }, onHost);
    const place = new Directory(`${name}-directory`, { path: directory, removeContents: true }, onHost);
    const modules = new Directory(`${name}-modules`, { path: `${directory}/gate` }, { ...onHost, dependsOn: [place] });

    const files = readdirSync(source)
      .filter((file) => file.endsWith(".py"))
      .map((file) => {
        const main = file === "__main__.py";
        return new File(
          main ? name : `${name}-${file}`,
          {
            path: main ? programOf(login.account) : `${directory}/gate/${file}`,
            content: readFileSync(join(source, file), "utf8"),
            mode: main ? "0755" : "0644",
            validate: [PYTHON, "-IBS", "-c", COMPILE, "%s"],
          },
          { ...onHost, dependsOn: [python, modules] },
        );
      });
    const scheduler = schedulerOf(config.scheduler);
    new File(
      `${name}-settings`,
      {
        path: `${directory}/cluster.json`,
        content: renderClusterSettings({
          stack,
          login,
          namePattern: config.users.namePattern,
          cluster: scheduler.cluster,
        }),
        validate: [PYTHON, "-IBS", "-c", READ, directory, "%s"],
      },
      { ...onHost, dependsOn: files },
    );
    new Directory(
      `${name}-limits`,
      {
        path: limitsDirectory(login.home),
        owner: login.account,
        group: login.account,
        mode: "0700",
        removeContents: true,
      },
      onHost,
    );
    this.registerOutputs({});
  }
}
