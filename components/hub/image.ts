import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { ContainerImage } from "../../plugins/host/sdk";
import { localFile } from "../config/local-file";
import type { StackConfig } from "../config/schema";
import type { HubSoftware, HubSoftwareArgs } from "./runner";

/** Name of an image loaded from an archive, in the account's own store. */
const LOADED_IMAGE = "localhost/jupyterhub-hpc:current";

/** Name of the image that the containers are made from. */
export function imageName({ image }: StackConfig["hub"]): string {
  return image && "pull" in image ? image.pull : LOADED_IMAGE;
}

/** The image that both containers are made from, in the account's own store. */
export class HubImage extends pulumi.ComponentResource implements HubSoftware {
  readonly hubVersion: pulumi.Output<string>;
  readonly proxyVersion: pulumi.Output<string>;

  constructor(name: string, args: HubSoftwareArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:hub:Image", name, {}, opts);
    const { account, image } = args.config.hub;
    if (!image) throw new Error("HubImage: the configuration names no image");
    const source = "archive" in image ? { archive: localFile(args.root, image.archive) } : { pull: image.pull };
    // The account's whole store goes with the account; an older image may still be the proxy's when it is replaced.
    const loaded = new ContainerImage(
      `${name}-image`,
      { user: account, reference: imageName(args.config.hub), ...source },
      { parent: this, provider: args.provider, retainOnDelete: true },
    );
    this.hubVersion = loaded.imageId;
    this.proxyVersion = pulumi.output(proxyVersion(args.root));
    this.registerOutputs({});
  }
}

/** Stands for the proxy's locked version and what is loaded into it. */
function proxyVersion(root: string): string {
  const folder = join(root, "runtime/proxy");
  const hash = createHash("sha256");
  for (const name of readdirSync(folder)
    .filter((name) => /(^package-lock\.json|\.js)$/.test(name))
    .sort())
    hash.update(`\0${name}\0`).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}
