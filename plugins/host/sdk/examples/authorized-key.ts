import { AuthorizedKey, KeyPair, type Provider } from "..";

/** The hub may log in to a login node, from one address and for one command. */
export function authorizedKey(hub: Provider, login: Provider) {
  const key = new KeyPair("hub-key", { path: "/etc/jupyterhub/ssh/id_ed25519" }, { provider: hub });
  new AuthorizedKey(
    "hub-key-on-login",
    { user: "jupyterhub", key: key.publicKey, options: 'restrict,from="10.0.0.10",command="/usr/local/bin/submit"' },
    { provider: login },
  );
}
