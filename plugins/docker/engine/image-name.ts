/** The parts of "localhost:5000/group/name:tag@sha256:...". */
export interface ImageName {
  /** "localhost:5000"; absent where the engine is to choose. */
  registry?: string;
  /** All in front of tag and digest, as the engine is asked for it. */
  path: string;
  /** A digest, where there is one, else the tag; "latest" where there is neither. */
  reference: string;
}

/** Reads an image's name. */
export function parseImageName(name: string): ImageName {
  const [named = "", digest] = name.split("@");
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const [path, tag] = colon === -1 ? [named, undefined] : [named.slice(0, colon), named.slice(colon + 1)];
  const slash = path.indexOf("/");
  const first = path.slice(0, Math.max(slash, 0));
  const isRegistry = /[.:]/.test(first) || first === "localhost" || path.split("/").length > 2;
  return { ...(isRegistry ? { registry: first } : {}), path, reference: digest ?? tag ?? "latest" };
}
