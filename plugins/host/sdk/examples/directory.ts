import { Directory, type Provider } from "..";

/** A directory that one account may write to and nobody else may read. */
export function directory(hub: Provider) {
  new Directory(
    "state",
    { path: "/srv/jupyterhub", owner: "jupyterhub", group: "jupyterhub", mode: "0700" },
    { provider: hub },
  );
}
