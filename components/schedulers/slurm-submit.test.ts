/** The job script's first half under a hostile environment: bash itself runs it, with a stand-in for the server's Python. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { renderSlurmSubmit } from "./slurm-submit";

const input = {
  jobName: "jupyterhub",
  forwardedEnvironment: ["JUPYTERHUB_API_TOKEN", "JUPYTERHUB_USER", "JUPYTERHUB_SERVER_NAME"],
  searchPath: "/usr/bin:/bin",
  moduleInit: [] as string[],
  modulePath: [] as string[],
  logDirectory: ".jupyterhub/logs",
  keptLogs: 20,
  extraOptions: ["--account=jupyter"],
};

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "job-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Completes the hub's part (conditions dropped, values put in) and runs it; the stand-in leaves what it got in `seen`. */
function runJob(environment: Record<string, string>, values: Record<string, string> = {}) {
  const home = join(directory, "home");
  const bin = join(directory, "bin");
  mkdirSync(home, { recursive: true });
  mkdirSync(bin, { recursive: true });
  writeFileSync(
    join(bin, "python"),
    `#!/bin/sh\n[ "$2" = -c ] && exit 0\n/usr/bin/env -0 > ${directory}/seen\n/bin/cat /dev/fd/8 > ${directory}/launcher\n/usr/bin/tr '\\0' '\\n' < /proc/$$/cmdline > ${directory}/arguments\n`,
  );
  chmodSync(join(bin, "python"), 0o755);
  const given: Record<string, string> = {
    homedir: home,
    username: userInfo().username,
    shell: "/bin/bash",
    partition: "short",
    nprocs: "1",
    runtime: "01:00:00",
    environment_path: bin,
    launcher: 'print("$HOME `id` $(id)")',
    comment: "mark",
    ...values,
  };
  const script = renderSlurmSubmit(input)
    .replaceAll(/\{% if environment_path %\}([\s\S]*?)\{% else %\}[\s\S]*?\{% endif -%\}\n/g, "$1")
    .replaceAll(/\{% if \w+ %\}[\s\S]*?\{% endif -?%\}\n?/g, "")
    .replaceAll(/\{\{ (\w+) \}\}/g, (_, name: string) => given[name] ?? "?");
  const file = join(directory, "slurm_script");
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  const result = execaSync(file, { env: environment, extendEnv: false, reject: false, timeout: 20_000 });
  const seen = existsSync(join(directory, "seen")) ? readFileSync(join(directory, "seen"), "utf8") : "";
  const environ = Object.fromEntries(
    seen
      .split("\0")
      .flatMap((pair) => (pair ? [[pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]] : [])),
  );
  return { result, environ, script, home };
}

test("only the listed names reach the server, with their values untouched", () => {
  const odd = "a b 'c' \"d\" $HOME `id` \\ \n second line";
  const { environ, result } = runJob({
    JUPYTERHUB_API_TOKEN: odd,
    JUPYTERHUB_SERVER_NAME: "",
    SLURM_JOB_ID: "77",
    LD_PRELOAD: "",
    PYTHONPATH: "/evil",
    PATH: "/evil",
    HOME: "/evil",
    USER: "evil",
    "BASH_FUNC_mkdir%%": "() { /usr/bin/touch /tmp/pwned; }",
    "odd-name": "x",
  });
  expect(result.exitCode).toBe(0);
  expect(environ.JUPYTERHUB_API_TOKEN).toBe(odd);
  expect(environ.JUPYTERHUB_SERVER_NAME).toBe("");
  expect(environ.SLURM_JOB_ID).toBe("77");
  expect(environ.HOME).toBe(join(directory, "home"));
  const allowed = new Set([
    ...input.forwardedEnvironment,
    "SLURM_JOB_ID",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "PATH",
    "LANG",
  ]);
  const bash = new Set(["PWD", "OLDPWD", "SHLVL", "_"]);
  expect(Object.keys(environ).filter((name) => !allowed.has(name) && !bash.has(name))).toEqual([]);
});

test("no start-up file and no exported function of the user is run", () => {
  const trap = join(directory, "trap");
  for (const file of [".bashrc", ".profile", ".bash_profile", ".bash_login", ".bash_logout"]) {
    mkdirSync(join(directory, "home"), { recursive: true });
    writeFileSync(join(directory, "home", file), `/usr/bin/touch ${trap}\nexit 1\n`);
  }
  const { result, environ } = runJob({
    SLURM_JOB_ID: "77",
    BASH_ENV: join(directory, "home", ".bashrc"),
    ENV: join(directory, "home", ".bashrc"),
    "BASH_FUNC_cd%%": `() { /usr/bin/touch ${trap}; }`,
    "BASH_FUNC_printf%%": `() { /usr/bin/touch ${trap}; }`,
    PROMPT_COMMAND: `/usr/bin/touch ${trap}`,
    SHELLOPTS: "xtrace",
    PS4: `$(/usr/bin/touch ${trap})`,
  });
  expect(result.exitCode).toBe(0);
  expect(existsSync(trap)).toBe(false);
  expect(environ.SHELL).toBe("/bin/bash");
});

test("the launcher arrives unexpanded, and no argument holds the token", () => {
  runJob({ SLURM_JOB_ID: "77", JUPYTERHUB_API_TOKEN: "canary-token" });
  expect(readFileSync(join(directory, "launcher"), "utf8")).toBe('print("$HOME `id` $(id)")\n');
  expect(readFileSync(join(directory, "arguments"), "utf8")).not.toContain("canary-token");
});

test("the log is its owner's alone, and holds no token", () => {
  const { home } = runJob({ SLURM_JOB_ID: "77", JUPYTERHUB_API_TOKEN: "canary-token" });
  const log = join(home, ".jupyterhub/logs/server-77.log");
  expect(statSync(log).mode & 0o777).toBe(0o600);
  expect(statSync(join(home, ".jupyterhub/logs")).mode & 0o777).toBe(0o700);
  expect(readFileSync(log, "utf8")).not.toContain("canary-token");
});

test("the newest logs are kept, the other files there untouched", () => {
  const logs = join(directory, "home/.jupyterhub/logs");
  mkdirSync(logs, { recursive: true });
  for (let job = 1; job <= 30; job++) {
    writeFileSync(join(logs, `server-${job}.log`), "");
    utimesSync(join(logs, `server-${job}.log`), 1e9, 1e9 + job);
  }
  writeFileSync(join(logs, "server-notes.log"), "mine");
  runJob({ SLURM_JOB_ID: "77" });
  const kept = Array.from({ length: 19 }, (_, index) => `server-${index + 12}.log`);
  expect(readdirSync(logs).sort()).toEqual([...kept, "server-77.log", "server-notes.log"].sort());
});

test.each([
  ["another account than the one it was submitted for", { username: "somebody" }, 80],
  ["a home directory that is missing", { homedir: "/nonexistent/home" }, 81],
  ["an environment that is missing", { environment_path: "/nonexistent/bin" }, 84],
])("%s has an exit code that the hub knows", (_, values, code) => {
  expect(runJob({ SLURM_JOB_ID: "77" }, values).result.exitCode).toBe(code);
});

test("the site's options are there; what is no option is refused", () => {
  expect(renderSlurmSubmit(input)).toContain("#SBATCH --account=jupyter\n");
  expect(() => renderSlurmSubmit({ ...input, extraOptions: ["--wrap=x\nid"] })).toThrow(/no sbatch option/);
});
