import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Directory, File, PythonEnvironment } from "../../../plugins/host/sdk";
import { localFile } from "../../config/local-file";
import type { HubSoftware, HubSoftwareArgs } from "../runner";
import { OWN_PACKAGES, onHostOf, PROXY_PROGRAM } from "./paths";

/** The hub's environment from the locked requirements, with the project's own package in it, and the proxy: everything root's. */
export class HubEnvironment extends pulumi.ComponentResource implements HubSoftware {
  readonly hubVersion: pulumi.Output<string>;
  readonly proxyVersion: pulumi.Output<string>;

  constructor(name: string, args: HubSoftwareArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:hub:Environment", name, {}, opts);
    const { python, environment, wheels, proxy } = onHostOf(args.config.hub);
    const onHost = { parent: this, provider: args.provider };
    const requirements = readFileSync(join(args.root, "runtime/requirements/hub.txt"), "utf8");
    const files = ownPackage(join(args.root, "runtime/jupyterhub_hpc"));

    new PythonEnvironment(
      `${name}-python`,
      { path: environment, python, requirements, files, wheelhouse: wheels && localFile(args.root, wheels) },
      onHost,
    );
    const directory = new Directory(`${name}-proxy-directory`, { path: dirname(PROXY_PROGRAM) }, onHost);
    const program = new File(
      `${name}-proxy`,
      {
        path: PROXY_PROGRAM,
        content: new pulumi.asset.FileAsset(localFile(args.root, proxy)),
        validate: ["node", "--check", "%s"],
      },
      { ...onHost, dependsOn: [directory] },
    );
    this.hubVersion = pulumi.output(versionOf(python, requirements, files));
    this.proxyVersion = program.sha256;
    this.registerOutputs({});
  }
}

/** The project's Python package as files of an environment: their texts by their paths below it. */
export function ownPackage(source: string): Record<string, string> {
  const names = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(py|html|css|js)$/.test(name))
    .sort();
  const target = join(OWN_PACKAGES, relative(dirname(source), source));
  return Object.fromEntries(names.map((name) => [join(target, name), readFileSync(join(source, name), "utf8")]));
}

/** Stands for all that the hub's process is made of. */
function versionOf(...parts: unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
