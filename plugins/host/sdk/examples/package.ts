import { getFacts, Package, type Provider } from "..";

/** Packages that are called differently in the two families. */
export async function packages(hub: Provider) {
  const { packageManager } = await getFacts(hub);
  const names = { apt: ["podman", "uidmap"], dnf: ["podman", "shadow-utils"] };
  new Package("podman", { names: names[packageManager] }, { provider: hub });
}
