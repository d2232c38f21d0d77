/** nginx in front of a hub that runs on its host: TLS is passed through with the client's address, port 80 leads there, and the proxy needs no right of root's. */
import { X509Certificate } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";

let box: Box;

beforeAll(async () => {
  box = await attach("sheffield");
});

/** A request from outside, with curl; `argv` ends with the address. */
const curl = async (...argv: string[]) =>
  (await box.netns("outside").run(["curl", "-sS", "--cacert", ".box/sheffield/ca.pem", "--max-time", "20", ...argv]))
    .stdout;

/** A shell command on the hub host. */
const hub = async (command: string) => (await box.host("hub").run(["sh", "-c", command])).stdout.trim();

test("http://sharc.localhost leads to the address people use", async () => {
  const where = ["--resolve", "sharc.localhost:80:10.86.0.10", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}"];
  expect(await curl(...where, "http://sharc.localhost/a?b")).toBe("301 https://sharc.localhost:8445/a?b");
});

test("nginx answers, and the certificate is the hub's own, which nginx cannot read the key of", async () => {
  const shown = await box
    .netns("outside")
    .run(["openssl", "s_client", "-connect", "10.86.0.10:443", "-servername", "sharc.localhost"]);
  const [served = ""] = /-----BEGIN [\s\S]+?-----END .+\n/.exec(shown.stdout) ?? [];
  const file = await hub("cat /etc/jupyterhub/ssl/cert.pem");
  expect(new X509Certificate(served).fingerprint256).toBe(new X509Certificate(file).fingerprint256);
  expect(await hub("ss -Hltnp 'sport = :443'")).toMatch(/^(?=.*nginx)(?!.*node)/s);
  const read = await box.host("hub").run(["test", "-r", "/etc/jupyterhub/ssl/key.pem"], { user: "www-data" });
  expect(read.exitCode).toBe(1);
});

test.each([
  ["v4", "10.86.0.10", "10.86.0.50"],
  ["v6", "[fd86::10]", "fd86::50"],
])("the client's address reaches the hub's log, whatever he says it is: IP%s", async (word, at, address) => {
  const request = ["--resolve", `sharc.localhost:443:${at}`, "-H", "X-Forwarded-For: 203.0.113.66"];
  await curl(...request, `https://sharc.localhost/hub/whose-${word}`);
  const line = () => hub(`journalctl -u jupyterhub-hub -q --no-pager -n 200 | grep 'whose-${word}' | tail -1`);
  await box.waitFor("the hub's line", async () => (await line()) !== "", 60);
  expect(await line()).toContain(`@${address}`);
});

test("the proxy answers nobody of the host but nginx, and has no capability", async () => {
  for (const user of ["alice", "jupyter", "jupyter-proxy"]) {
    const say = ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8443"];
    expect((await box.host("hub").run(say, { user })).stderr, user).toMatch(/refused/i);
  }
  const capabilities = "grep -h ^Cap[BEP] /proc/$(systemctl show -p MainPID --value jupyterhub-proxy)/status";
  expect(await hub(capabilities)).toMatch(/^(Cap\w+:\s+0{16}\n?){3}$/);
});
