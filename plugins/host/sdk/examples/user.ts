import { type Provider, User } from "..";

/** A system account for rootless containers. */
export function account(hub: Provider) {
  new User("account", { name: "jupyterhub", home: "/srv/jupyterhub", subids: true, linger: true }, { provider: hub });
}
