import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { ensureProxyProgram } from "./proxy";

test("the proxy in one file is whole: alone in a directory it says its version, forwards, breaks off with its server, and reads its certificate again", {
  timeout: 120_000,
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), "proxy-"));
  const program = join(directory, "proxy.mjs");
  await execa("cp", [await ensureProxyProgram(), program]);
  const env = { JUPYTERHUB_PROXY_IDENTITY: join(directory, "identity.pem"), CONFIGPROXY_AUTH_TOKEN: "canary" };
  const start = (args: string[]) =>
    execa("node", [program, ...args], { cwd: directory, env, reject: false, all: true });
  expect((await start(["--version"])).all).toMatch(/^5\.\d+\.\d+$/);

  const hub = createServer((request, answer) => {
    if (request.url !== "/cut") return void answer.end("the hub");
    answer.writeHead(200, { "Content-Length": 1000 }).write("a part", () => answer.destroy());
  }).listen(0, "127.0.0.1");
  await once(hub, "listening");
  const { port } = hub.address() as AddressInfo;
  const socket = join(directory, "proxy.sock");
  const proxy = start([
    "--socket",
    socket,
    "--api-ip",
    "127.0.0.1",
    "--api-port",
    "0",
    "--default-target",
    `http://127.0.0.1:${port}`,
  ]);
  let said = "";
  proxy.all?.on("data", (data: Buffer) => {
    said += data.toString();
  });
  try {
    await expect
      .poll(
        async () => (await execa("curl", ["-s", "--unix-socket", socket, "http://hub/"], { reject: false })).stdout,
        {
          timeout: 30_000,
        },
      )
      .toBe("the hub");
    const cut = await execa("curl", ["-sS", "-m", "20", "--unix-socket", socket, "http://hub/cut"], { reject: false });
    expect([cut.exitCode, cut.stdout]).toEqual([18, "a part"]); // 28: it waited for the rest
    // Without what takes up a renewed certificate the signal would end it; here there is none to be taken up.
    proxy.kill("SIGHUP");
    await expect.poll(() => said, { timeout: 20_000 }).toContain("The certificate was not taken up");
  } finally {
    proxy.kill();
    expect((await proxy).all).not.toContain("canary");
    hub.close();
    rmSync(directory, { recursive: true });
  }
});
