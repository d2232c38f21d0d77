/** The module as the proxy has it: preloaded into a program that makes an HTTPS server, with an open connection over the renewal. */
import { type ChildProcess, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MadeCertificate, makeCertificate } from "../../test/fixtures/certificates";

const SERVER = `
import https from "node:https";
import { readFileSync } from "node:fs";
const [cert, key] = [process.argv[3], process.argv[5]].map((file) => readFileSync(file));
const server = https.createServer({ cert, key }, (_, answer) => answer.end("x"));
server.listen(0, "127.0.0.1", () => console.log("port " + server.address().port));
`;
const directory = mkdtempSync(join(tmpdir(), "renew-"));
const at = (name: string) => join(directory, name);
let server: ChildProcess;
let output = "";
let port = 0;

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not in time; the server said: ${output}`);
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

function put(chain: string, key: string): void {
  writeFileSync(at("cert.pem"), chain);
  writeFileSync(at("key.pem"), key);
}

const open = () =>
  new Promise<TLSSocket>((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => resolve(socket));
    socket.on("error", reject);
  });

async function served(): Promise<string> {
  const socket = await open();
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

const answerOver = (socket: TLSSocket) =>
  new Promise<string>((resolve) => {
    socket.once("data", (data: Buffer) => resolve(data.toString()));
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  });

let first: MadeCertificate;
let second: MadeCertificate;

beforeAll(async () => {
  [first, second] = await Promise.all([makeCertificate("hub.example.org"), makeCertificate("hub.example.org")]);
  put(first.chain, first.key);
  writeFileSync(at("server.mjs"), SERVER);
  const files = ["--ssl-cert", at("cert.pem"), "--ssl-key", at("key.pem")];
  server = spawn(process.execPath, ["--import", "./runtime/proxy/renew.js", at("server.mjs"), ...files]);
  for (const stream of [server.stdout, server.stderr])
    stream?.on("data", (data: Buffer) => {
      output += data.toString();
    });
  await until(() => /port \d+/.test(output));
  port = Number(/port (\d+)/.exec(output)?.[1]);
}, 60_000);

afterAll(() => {
  server.kill();
  rmSync(directory, { recursive: true });
});

const print = (made: MadeCertificate) => new X509Certificate(made.chain).fingerprint256;

test("a renewed certificate is for new connections; an open one goes on", async () => {
  const before = await open();
  expect(await served()).toBe(print(first));
  put(second.chain, second.key);
  server.kill("SIGHUP");
  await until(() => (output.match(/is served|expires in/g) ?? []).length >= 2);
  expect(await served()).toBe(print(second));
  expect(await answerOver(before)).toMatch(/^HTTP\/1.1 200/);
  before.destroy();
});

test.each([
  ["another key's", () => put(first.chain, second.key), /does not belong to the key/],
  ["no certificate", () => put("nonsense", second.key), /was not taken up/],
])("%s is refused, and the former one stays", async (_name, write, words) => {
  output = "";
  write();
  server.kill("SIGHUP");
  await until(() => words.test(output));
  expect(await served()).toBe(print(second));
});
