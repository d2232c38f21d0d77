import { createHash } from "node:crypto";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { type Asset, fileAsset, hashOf, isAsset, pathOf, textOf, uriOf } from "../../../rpc/asset";
import type { Plain } from "../../../rpc/properties";
import { isOffline } from "../../offline";
import { BATCHED_BYTES, type Source } from "./plan";

/** What a file holds: a text, or an asset that stands for bytes too many or too odd to be one. */
export type Content = string | Asset;

/** The check of a content. */
export const content = z.custom<Content>(
  (value) => typeof value === "string" || isAsset(value as Plain),
  "must be a text or an asset: new pulumi.asset.FileAsset(PATH) for a file of this machine",
);

/** SHA-256 of a text, in hex. */
export function sha256(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex");
}

/** SHA-256 of a content, in hex. An asset has it from the engine. */
export function sha256Of(value: Content): string {
  return isAsset(value) ? (hashOf(value) ?? "") : sha256(value);
}

/** An asset of bytes that only the host has: how content that is not shown stands in state and previews. */
export function onHost(hash: string, host: string, path: string): Asset {
  return fileAsset(hash, `${host}:${path}`);
}

/** Whether it is content that `onHost` made, as `ignoreChanges` gives it back. */
function isOnHost(asset: Asset, path: string): boolean {
  const from = pathOf(asset) ?? "";
  return !from.startsWith("/") && from.endsWith(`:${path}`);
}

/** Takes the asset of a text for that text, and looks up a hash that the engine did not give. */
export function completeContent(value: Content): Content {
  if (!isAsset(value)) return value;
  const text = textOf(value);
  if (text !== undefined) return text;
  const path = pathOf(value);
  if (hashOf(value) !== undefined || path === undefined) return value;
  try {
    return fileAsset(sha256(readFileSync(path)), path);
  } catch {
    return value;
  }
}

/** What is wrong with the content of the file `path`, if anything. */
export function contentProblem(value: Content, path: string): string | undefined {
  if (!isAsset(value) || isOnHost(value, path) || isOffline()) return undefined;
  if (uriOf(value) !== undefined)
    return "is a RemoteAsset, which is not fetched: download it, compare its hash, and give a FileAsset";
  const from = pathOf(value);
  if (from === undefined) return "is an asset of which only the hash is known";
  try {
    return statSync(from).isFile() ? undefined : `is a FileAsset, but ${from} is not a regular file`;
  } catch (error) {
    return `is a FileAsset, but ${from} cannot be read on this machine: ${(error as Error).message}`;
  }
}

/** Where the bytes are to come from. */
export function sourceOf(value: Content, path: string): Source {
  if (!isAsset(value)) return Buffer.from(value, "utf8");
  const from = pathOf(value);
  if (from === undefined || isOnHost(value, path)) return "host";
  const { size } = statSync(from);
  return size <= BATCHED_BYTES ? readFileSync(from) : { open: () => createReadStream(from), size };
}

/**
 * The text that bytes are, if showing and keeping them as one loses nothing and does nothing to a terminal: valid UTF-8 without control
 * characters but tab and line ends.
 */
export function legible(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return /[^\P{Cc}\t\n\r]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
