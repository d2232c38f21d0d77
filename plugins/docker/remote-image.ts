import { z } from "zod";
import { Failure } from "../rpc/failure";
import { EngineError } from "./engine/engine";
import { parseImageName } from "./engine/image-name";
import { registryHeader } from "./engine/registry-auth";
import type { Context, DockerResource, Found, Values } from "./resource";

interface Summary {
  Id: string;
  RepoDigests?: string[] | null;
}

async function find({ engine }: Context, name: string): Promise<Found | undefined> {
  const list = await engine.json<Summary[]>({ method: "GET", path: "/images/json" });
  const inspected = await engine
    .json<{ Id: string }>({ method: "GET", path: `/images/${name}/json` })
    .catch((error: unknown) => {
      if (error instanceof EngineError && error.status === 404) return undefined;
      throw error;
    });
  const image = list.find(({ Id }) => Id === inspected?.Id);
  if (image === undefined) return undefined;
  const digests = image.RepoDigests ?? [];
  const bare = name.split(":")[0] ?? "";
  const digest = digests.length > 1 ? digests.find((one) => one.startsWith(bare)) : undefined;
  return { id: image.Id + name, values: { name, imageId: image.Id, repoDigest: digest ?? digests[0] ?? "" } };
}

/** What went wrong, from the progress that an engine reports line by line. */
function pullProblem(progress: string): string | undefined {
  for (const line of progress.split("\n").filter(Boolean)) {
    try {
      const { error } = JSON.parse(line) as { error?: string };
      if (error) return error;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

async function pull({ engine, configuration }: Context, name: string, platform: string): Promise<void> {
  const { registry, path, reference } = parseImageName(name);
  const progress = await engine.call({
    method: "POST",
    path: "/images/create",
    query: {
      fromImage: path,
      tag: reference,
      ...(platform === "" ? {} : { platform: platform.toLowerCase() }),
    },
    headers: { "X-Registry-Auth": registryHeader(configuration.registryAuth, registry) },
  });
  const problem = pullProblem(progress);
  if (problem !== undefined) throw new Failure(problem);
}

/** The image, pulled if the engine does not have one of that name. */
async function ensure(context: Context, inputs: Values): Promise<Found> {
  const name = String(inputs.name);
  const there = await find(context, name);
  if (there !== undefined) return there;
  try {
    await pull(context, name, String(inputs.platform ?? ""));
  } catch (error) {
    throw new Failure(`unable to pull image ${name}: ${(error as Error).message}`);
  }
  const pulled = await find(context, name);
  if (pulled === undefined) throw new Failure(`unable to find or pull image ${name}`);
  return pulled;
}

/** `docker:index/remoteImage:RemoteImage`: an image in an engine's store, pulled from its registry. */
export const remoteImage: DockerResource = {
  token: "docker:index/remoteImage:RemoteImage",
  args: {
    build: z.unknown().optional(),
    forceRemove: z.boolean().optional(),
    keepLocally: z.boolean().optional(),
    name: z.string().min(1, "must not be empty"),
    platform: z.string().optional(),
    pullTriggers: z.array(z.string()).optional(),
    triggers: z.record(z.string(), z.string()).optional(),
  },
  outputs: ["imageId", "repoDigest"],
  secrets: [],
  replaceOn: ["name", "platform", "pullTriggers", "triggers"],
  computed: [],
  sets: ["pullTriggers"],
  unserved: {
    build: "the stand-in builds no images. Use host.ContainerImage, or install the genuine plugin (docs/stand-ins.md)",
  },
  meta: {},
  create: ensure,
  read: (context, _id, { name }) => (name === undefined ? Promise.resolve(undefined) : find(context, String(name))),
  update: (context, _id, inputs) => ensure(context, inputs),
  async delete(context, _id, { name, keepLocally, forceRemove }) {
    if (keepLocally === true || (await find(context, String(name))) === undefined) return;
    await context.engine.call({
      method: "DELETE",
      path: `/images/${name}`,
      query: { ...(forceRemove === true ? { force: "1" } : {}), noprune: "1" },
    });
  },
};
