import { ContainerImage, type Provider, User } from "..";

/** An image that was built on this machine, for an account's rootless containers. */
export function fromArchive(hub: Provider) {
  const account = new User("account", { name: "jupyterhub", subids: true, linger: true }, { provider: hub });
  return new ContainerImage(
    "image",
    { user: account.name, archive: ".image/hub.tar", reference: "localhost/jupyterhub-hpc:1.0" },
    { provider: hub, dependsOn: [account] },
  );
}

/** One from a registry, pinned by its digest. */
export function fromRegistry(hub: Provider) {
  const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  new ContainerImage(
    "postgres",
    { user: "jupyterhub", pull: `registry.example/library/postgres@${digest}`, reference: "localhost/postgres:17" },
    { provider: hub },
  );
}
