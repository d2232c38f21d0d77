import { File, type Provider } from "..";

/** A text. */
export function motd(login: Provider) {
  new File("motd", { path: "/etc/motd", content: "Welcome\n" }, { provider: login });
}

/** A file that its program checks first, and that could lock the administrator out. */
export function sudoers(login: Provider) {
  new File(
    "sudoers",
    {
      path: "/etc/sudoers.d/jupyterhub",
      content: "jupyterhub ALL=(%jupyterhub-users) NOPASSWD: /usr/bin/sbatch\n",
      mode: "0440",
      validate: ["visudo", "-cf", "%s"],
      guarded: true,
    },
    { provider: login },
  );
}
