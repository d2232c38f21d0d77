import * as pulumi from "@pulumi/pulumi";
import { type Facts, File, type Provider, SystemdUnit } from "../../plugins/host/sdk";
import type { StackConfig } from "../config/schema";
import { PORTS } from "../hub/ports";
import type { WebServer } from "./web-server";

export interface WebFrontArgs {
  /** Name of the stack, for the headers. */
  stack: string;
  config: StackConfig;
  /** The web server that is configured; its packages are there. */
  server: WebServer;
  provider: Provider;
  facts: Facts;
}

/** The web server's way to the hub's proxy: its files for it, each checked with the whole of its configuration before it is loaded, and its unit. */
export class WebFront extends pulumi.ComponentResource {
  constructor(name: string, args: WebFrontArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:web:Front", name, {}, opts);
    const { stack, server, facts } = args;
    const { url, userSubdomains } = args.config;
    const onHost = { parent: this, provider: args.provider };
    const input = { stack, url, userSubdomains, innerPort: PORTS.inner };
    const files = server
      .files(input, facts.packageManager)
      .map(({ key, path, content, reload }) => new File(`${name}-${key}`, { path, content, reload }, onHost));
    new SystemdUnit(`${name}-unit`, { name: `${server.unit}.service` }, { ...onHost, dependsOn: files });
    this.registerOutputs({});
  }
}
