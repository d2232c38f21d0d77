/** `pulumi up`: the stack's configuration, validated whole; every host reached and known; then one cluster. */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, type ClusterHost } from "./components/cluster";
import { ConfigError } from "./components/config/errors";
import type { HostAccess } from "./components/config/host";
import { readStackConfig } from "./components/config/read";
import { validate } from "./components/config/validate";
import { connect } from "./components/connect";
import { bashSyntax, jobScripts } from "./components/schedulers/job-scripts";
import { submitTemplateProblems } from "./components/schedulers/submit-template";
import { getFacts } from "./plugins/host/sdk";
import { hubPython } from "./runtime/locked-python";

/** The project's folder: this program runs from its dist/. */
const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Reaches a host before any resource is registered, so that a host that cannot be reached stops the run before another is changed. */
async function reach(name: string, key: string, access: HostAccess): Promise<ClusterHost> {
  const origin = `jupyterhub-hpc:${key} in stacks/Pulumi.${pulumi.getStack()}.yaml`;
  const provider = connect(name, access, origin, root);
  try {
    return { provider, facts: await getFacts(provider) };
  } catch (error) {
    const words = (error as Error).message.replace(/^invocation of \S+ returned an error: /, "");
    throw new pulumi.RunError(`${words}\nNo host was changed. Next: mend that host, or ${origin}, and run again.`);
  }
}

async function deploy(): Promise<Cluster> {
  const stack = pulumi.getStack();
  const config = validate(readStackConfig(root));
  const problems = await submitTemplateProblems(stack, config, {
    make: async (input) => jobScripts(await hubPython(), root, input),
    syntax: bashSyntax,
  });
  if (problems.length > 0) throw new ConfigError(stack, problems);
  const [hub, ...login] = await Promise.all([
    reach("hub", "hub.host", config.hub.host),
    ...config.login.nodes.map((node, i) => reach(node.name, `login.nodes[${i}].host`, node.host)),
  ]);
  return new Cluster("cluster", {
    stack,
    config,
    root,
    hub,
    login: new Map(config.login.nodes.map((node, i) => [node.name, login[i] as ClusterHost])),
  });
}

const cluster = await deploy().catch((error: unknown) => {
  throw error instanceof ConfigError ? new pulumi.RunError(error.message) : error;
});

/** The address people type. */
export const url = cluster.url;
