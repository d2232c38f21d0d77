import { File, KeyPair, type Provider } from "..";

/** A key pair whose private half nobody but the host ever sees. */
export function keyPair(hub: Provider) {
  const key = new KeyPair(
    "hub-key",
    { path: "/etc/jupyterhub/ssh/id_ed25519", owner: "jupyterhub", group: "jupyterhub", comment: "hub@cluster" },
    { provider: hub },
  );
  new File("for-the-admin", { path: "/root/hub-key.pub", content: key.publicKey }, { provider: hub });
}
