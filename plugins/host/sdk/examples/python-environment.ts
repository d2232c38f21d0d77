import { readFileSync } from "node:fs";
import { Package, type Provider, PythonEnvironment } from "..";

/** An environment of locked packages, installed from wheels on this machine. */
export function environment(login: Provider) {
  const venv = new Package("venv", { names: ["python3-venv"] }, { provider: login });
  new PythonEnvironment(
    "single-user",
    {
      path: "/opt/jupyterhub",
      requirements: readFileSync("runtime/requirements/hub.txt", "utf8"),
      wheelhouse: "runtime",
      files: { "etc/jupyter/jupyter_server_config.json": "{}\n" },
    },
    { provider: login, dependsOn: [venv] },
  );
}
