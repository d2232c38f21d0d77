import { createReadStream } from "node:fs";
import { z } from "zod";
import { Failure } from "../../../rpc/failure";
import type { Host } from "../../connection/host";
import { isOffline } from "../../offline";
import { accountName } from "../arguments";
import type { Resource } from "../resource";
import { imageIdOf } from "./archive";
import { parseImage, readImage } from "./facts";
import { LOAD, pullImage, removeImage, tagImage } from "./plan";

const reference = z
  .string()
  .regex(/^[a-z0-9][A-Za-z0-9._:/@-]*$/, 'must be an image reference such as "localhost/name:tag"');

const args = {
  user: accountName,
  archive: z.string().optional(),
  pull: reference.optional(),
  reference,
  /** Filled in by the provider: the id of the image in the archive, so that a new archive at the same path is a change. */
  archiveImage: z.string().optional().meta({ filledIn: true }),
} satisfies z.ZodRawShape;

const schema = z.object(args);
export type ImageArgs = z.infer<typeof schema>;
interface Outputs {
  imageId: string;
}

const LOAD_SECONDS = 1800;

async function load(host: Host, wanted: ImageArgs): Promise<ImageArgs & Outputs> {
  const { user, archive, pull, reference } = wanted;
  const doing = `load the image ${reference} for ${user}`;
  if (archive === undefined) {
    const imageId = parseImage(await host.must(doing, pullImage(user, pull ?? reference, reference)));
    if (imageId === undefined) throw new Failure(`${host.where}: could not ${doing}: podman pulled nothing.`);
    return { ...wanted, imageId };
  }
  const imageId = imageIdOf(archive);
  if ((await host.must(doing, tagImage(user, imageId, reference))).trim() === "absent") {
    const said = await host.stream(doing, LOAD, [user], createReadStream(archive), LOAD_SECONDS);
    if ((await host.must(doing, tagImage(user, imageId, reference))).trim() === "absent")
      throw new Failure(
        `${host.where}: could not ${doing}: podman loaded another image than the archive's manifest names (${imageId}): ${said.trim()}`,
      );
  }
  return { ...wanted, archiveImage: imageId, imageId };
}

export const containerImage: Resource<ImageArgs, Outputs> = {
  type: "ContainerImage",
  args,
  outputs: { imageId: ["user", "archive", "archiveImage", "pull", "reference"] },
  replaceOn: ["user", "reference"],
  incidental: ["archive"],
  complete(wanted) {
    if (wanted.archive === undefined) return wanted;
    try {
      return { ...wanted, archiveImage: imageIdOf(wanted.archive) };
    } catch {
      return wanted;
    }
  },
  problems({ archive, pull, archiveImage }) {
    if ((archive === undefined) === (pull === undefined))
      return [{ property: "archive", reason: "exactly one of archive and pull must be given" }];
    if (archive === undefined || archiveImage !== undefined || isOffline()) return [];
    try {
      imageIdOf(archive);
      return [];
    } catch (error) {
      return [{ property: "archive", reason: (error as Error).message }];
    }
  },
  id: ({ user, reference }) => `${user}:${reference}`,
  fromId(id) {
    const at = id.indexOf(":");
    return { user: id.slice(0, at), reference: id.slice(at + 1), pull: id.slice(at + 1) };
  },
  create: load,
  async read(host, state) {
    const imageId = parseImage(
      await host.must(`ask for the image ${state.reference}`, readImage(state.user, state.reference)),
    );
    if (imageId === undefined) return undefined;
    return { ...state, imageId, ...(state.archive === undefined ? {} : { archiveImage: imageId }) };
  },
  update: (host, _state, wanted) => load(host, wanted),
  async delete(host, state) {
    await host.must(`remove the image ${state.reference}`, removeImage(state.user, state.reference));
  },
};
