import { createHash } from "node:crypto";
import type { Plain } from "./properties";

const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const ASSET_SIGNATURE = "c44067f5952c0a294b673a41bacd8c17";

/** A Pulumi asset as the wire carries it. Of state the engine sends the hash alone. */
export interface Asset {
  [key: string]: Plain;
}

/** Whether a value is an asset. Archives are not. */
export function isAsset(value: Plain | undefined): value is Asset {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && value[SIGNATURE_KEY] === ASSET_SIGNATURE
  );
}

const ARCHIVE_SIGNATURE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** A value with each asset and archive in it reduced to its hash: what two are compared by, wherever their content lies. */
export function byContent(value: Plain): Plain {
  if (Array.isArray(value)) return value.map(byContent);
  if (typeof value !== "object" || value === null) return value;
  const signature = value[SIGNATURE_KEY];
  const { hash } = value;
  if ((signature === ASSET_SIGNATURE || signature === ARCHIVE_SIGNATURE) && typeof hash === "string")
    return { [SIGNATURE_KEY]: signature, hash };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, byContent(item)]));
}

function part(asset: Asset, name: string): string | undefined {
  const value = asset[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** SHA-256 of what it stands for, in hex, if it was computed. */
export function hashOf(asset: Asset): string | undefined {
  return part(asset, "hash");
}

/** The file it stands for, on the machine that runs Pulumi. */
export function pathOf(asset: Asset): string | undefined {
  return part(asset, "path");
}

/** The address it would be fetched from. */
export function uriOf(asset: Asset): string | undefined {
  return part(asset, "uri");
}

/** The text it stands for. On the wire an asset of the empty text has none, and neither has one of which only the hash is told. */
export function textOf(asset: Asset): string | undefined {
  if (pathOf(asset) !== undefined || uriOf(asset) !== undefined) return undefined;
  const hash = hashOf(asset);
  return part(asset, "text") ?? (hash === undefined || hash === contentHash("") ? "" : undefined);
}

/** An asset that stands for a file. */
export function fileAsset(hash: string, path: string): Asset {
  return { [SIGNATURE_KEY]: ASSET_SIGNATURE, hash, path };
}

function contentHash(value: Plain | undefined): string | undefined {
  if (typeof value === "string") return createHash("sha256").update(value, "utf8").digest("hex");
  return isAsset(value) ? hashOf(value) : undefined;
}

/** Whether two values, one of them at least an asset, stand for the same bytes. Where they come from does not matter. */
export function sameContent(one: Plain | undefined, other: Plain | undefined): boolean {
  if (!isAsset(one) && !isAsset(other)) return false;
  const hash = contentHash(one);
  return hash !== undefined && hash === contentHash(other);
}
