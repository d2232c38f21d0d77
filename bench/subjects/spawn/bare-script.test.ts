import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bareEnvironment, bareScript } from "./bare-script";

test("the template's own ending is replaced, and the rest of the script stays", () => {
  const script = readFileSync("templates/submit/server.sh.ejs", "utf8");
  const bare = bareScript(script);
  expect(bare.split("\n").at(-2)).toBe('exec "$python" -I -m jupyterhub.singleuser');
  expect(bare).not.toContain("launcher }}");
  expect(script.startsWith(bare.slice(0, bare.indexOf("export SSL_CERT_FILE")))).toBe(true);
});

test("a script that ends otherwise is refused", () => {
  expect(() => bareScript("#!/bin/bash\nexec jupyterhub-singleuser\n")).toThrow("does not end with the launcher");
});

test("the environment is what crosses to a job, and listens where it is told", () => {
  const environ = "HOME=/home/bob\0JUPYTERHUB_API_TOKEN=a=b\0JUPYTERHUB_SERVICE_PREFIX=/user/bob/\0";
  expect(bareEnvironment(environ, 40001)).toEqual({
    JUPYTERHUB_API_TOKEN: "a=b",
    JUPYTERHUB_SERVICE_PREFIX: "/user/bob/",
    JUPYTERHUB_SERVICE_URL: "http://0.0.0.0:40001/user/bob/",
  });
  expect(() => bareEnvironment("HOME=/\0", 1)).toThrow("no token");
});
