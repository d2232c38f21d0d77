/** The parts of "localhost:5000/group/name:tag@sha256:...". */
export interface ImageName {
  /** "localhost:5000", or Docker's own registry where none is named. */
  registry: string;
  /** As the engine is asked for it: Docker's own registry is not named. */
  familiar: string;
  /** A digest, where there is one, else the tag; "latest" where there is neither. */
  reference: string;
}

/** Docker's own registry, by the name under which its logins are kept. */
const OWN = "registry-1.docker.io";

/** Reads an image's name. */
export function parseImageName(name: string): ImageName {
  const [named = "", digest] = name.split("@");
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const [path, tag] = colon === -1 ? [named, undefined] : [named.slice(0, colon), named.slice(colon + 1)];
  const slash = path.indexOf("/");
  const first = path.slice(0, Math.max(slash, 0));
  const isRegistry = /[.:]/.test(first) || first === "localhost" || path.split("/").length > 2;
  return {
    registry: isRegistry ? first : OWN,
    familiar: path.replace(/^(index\.)?docker\.io\/(library\/)?/, ""),
    reference: digest ?? tag ?? "latest",
  };
}
