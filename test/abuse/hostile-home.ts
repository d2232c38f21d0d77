/** A home directory that does its best to be run by the user's own server, or to keep it from starting. */
import { expect, test } from "vitest";
import type { Stage } from "./tokens";

/** Says where it was run, and then does what ends a script. */
const shell = (name: string) => `echo ${name} >>"$HOME/.abuse/ran"
export PATH="$HOME/.abuse/bin" PYTHONPATH="$HOME/.abuse/python" PYTHONSTARTUP="$HOME/.abuse/python/jupyterhub.py" LD_PRELOAD=/nowhere.so
export BASH_ENV="$HOME/.abuse/bash_env" ENV="$HOME/.abuse/bash_env" JUPYTER_CONFIG_DIR="$HOME/.abuse" JUPYTERHUB_API_URL=http://evil.example
exec() { builtin exit 99; }; exit 99
`;
const python = (name: string) => `import os
with open(os.path.expanduser("~/.abuse/ran"), "a") as ran: ran.write("${name}\\n")
raise SystemExit("abused by ${name}")
`;
const program = (name: string) => `#!/bin/sh\necho ${name} >>"$HOME/.abuse/ran"\nexit 99\n`;

/** Files below the home directory. Those of Jupyter's own configuration are read by design: they try to open the server to everybody. */
export const HOSTILE_FILES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ".bashrc",
      ".profile",
      ".bash_profile",
      ".bash_login",
      ".bash_logout",
      ".env",
      ".abuse/bash_env",
      ".kshrc",
      ".zshenv",
    ].map((name) => [name, shell(name)]),
  ),
  ...Object.fromEntries(
    ["jupyterhub", "jupyter_server", "tornado", "sitecustomize", "usercustomize", "json"].flatMap((module) =>
      [".local/lib/python3.13/site-packages", ".abuse/python", "."].map((where) => {
        const path = `${where}/${module}.py`;
        return [path, python(path)];
      }),
    ),
  ),
  ".local/lib/python3.13/site-packages/abuse.pth":
    "import os; open(os.path.expanduser('~/.abuse/ran'), 'a').write('pth\\n')\n",
  ".pythonrc.py": python(".pythonrc.py"),
  ".pydistutils.cfg": "[install]\nprefix=/nowhere\n",
  ...Object.fromEntries(
    ["python3", "python", "bash", "env", "id", "date", "mkdir", "jupyterhub-singleuser", "module", "uname"].flatMap(
      (name) => [".abuse/bin", "bin", ".local/bin"].map((where) => [`${where}/${name}`, program(`${where}/${name}`)]),
    ),
  ),
  ".jupyter/jupyter_server_config.py": `c.ServerApp.ip = "0.0.0.0"
c.ServerApp.port = 9999
c.ServerApp.base_url = "/elsewhere/"
c.ServerApp.token = ""
c.ServerApp.password = ""
c.ServerApp.allow_origin = "*"
c.ServerApp.disable_check_xsrf = True
c.ServerApp.allow_unauthenticated_access = True
c.IdentityProvider.token = ""
`,
  ".jupyter/jupyter_config.json": '{"ServerApp": {"jpserver_extensions": {"no.such.extension": true}}}\n',
  ".jupyter/jupyter_server_config.json": "this is no JSON\n",
};

/** Puts the files into a user's home, and gives what takes them away again. */
export async function makeHomeHostile(stage: Pick<Stage, "site">, user: string): Promise<() => Promise<void>> {
  const host = stage.site.box.host(stage.site.hosts.submit);
  const home = (await host.run(["sh", "-c", 'getent passwd "$0" | cut -d: -f6', user])).stdout.trim();
  const asUser = async (script: string, input = "") => {
    const { exitCode, stderr } = await host.run(["sh", "-c", script, home], { user, input });
    expect(exitCode, stderr).toBe(0);
  };
  await asUser('cd "$0" && tar cf "$0/.home-before.tar" --exclude=.home-before.tar .');
  const files = Object.entries(HOSTILE_FILES).map(([path, text]) => ({ path, text }));
  await asUser(
    `cd "$0" && mkdir -p .abuse && python3 -I -c 'import json, os, sys
for one in json.load(sys.stdin):
    os.makedirs(os.path.dirname(one["path"]) or ".", exist_ok=True)
    open(one["path"], "w").write(one["text"]); os.chmod(one["path"], 0o755)'`,
    JSON.stringify(files),
  );
  return () =>
    asUser(
      'cd "$0" && find . -mindepth 1 ! -name .home-before.tar -delete; tar xf .home-before.tar; rm .home-before.tar',
    );
}

/** The server was started from that home: it runs as it should, and nothing of the home was run by the job. */
export function hostileHomeAbuse(stage: () => Stage): void {
  test("a hostile home neither keeps the server from starting nor runs anything in its job", async () => {
    const { site, sessions, servers } = stage();
    const { name } = site.mallory;
    const status = await sessions.mallory.visit(`${site.url}/user/${name}/api/status`);
    expect(status.status, status.text.slice(0, 300)).toBe(200);
    const { stdout } = await site.box
      .host(servers.mallory.node)
      .run(["sh", "-c", 'cat "$HOME/.abuse/ran"'], { user: name });
    expect(stdout).toBe("");
  });

  test("nor does its Jupyter configuration open the server to anybody without a log-in", async () => {
    const { site, sessions, servers } = stage();
    const path = `/user/${site.mallory.name}/api/contents`;
    expect((await sessions.alice.send(site.url + path)).status).not.toBe(200);
    const host = site.box.host(servers.mallory.node);
    for (const scheme of ["http", "https"]) {
      const address = `${scheme}://127.0.0.1:${servers.mallory.port}${path}`;
      const { stdout } = await host.run(["curl", "-sk", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}", address], {
        user: site.alice.name,
      });
      expect(["000", "302", "401", "403"]).toContain(stdout);
    }
    expect((await host.run(["sh", "-c", "ss -Hltn sport = :9999"])).stdout).toBe("");
  });
}
