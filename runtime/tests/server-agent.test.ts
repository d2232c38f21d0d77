/** The proxy's agent against real TLS servers: the route's own, and those that are in its place. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer, request as httpsRequest, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodeOf, readIdentity, ServerAgent } from "../proxy/server-agent.js";

const directory = mkdtempSync(join(tmpdir(), "server-agent-"));
const file = (name: string) => join(directory, name);
const openssl = (...args: string[]) => execa("openssl", args, { cwd: directory, timeout: 20_000 });
const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

const ALICE = "localhost.0123456789abcdef.jupyterhub.internal";
const BOB = "localhost.fedcba9876543210.jupyterhub.internal";
const open: { close(): unknown }[] = [];
let agent: ServerAgent;

async function authority(name: string): Promise<void> {
  await openssl("req", "-x509", ...KEY, "-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", `/CN=${name}`);
}

async function certificate(name: string, host: string, use: string, by = "ca"): Promise<void> {
  writeFileSync(file(`${name}.ext`), `subjectAltName=DNS:${host}\nextendedKeyUsage=${use}\n`);
  await openssl("req", ...KEY, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", "/CN=any");
  const signer = ["-CA", `${by}.pem`, "-CAkey", `${by}.key`, "-CAcreateserial", "-extfile", `${name}.ext`];
  await openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`, ...signer);
}

beforeAll(async () => {
  await authority("ca");
  await authority("other-ca");
  await certificate("proxy", "proxy", "clientAuth");
  await certificate("alice", ALICE, "serverAuth");
  await certificate("bob", BOB, "serverAuth");
  await certificate("public", "hub.example.org", "serverAuth");
  await certificate("forged", ALICE, "serverAuth", "other-ca");
  await certificate("client", ALICE, "clientAuth");
  const parts = ["proxy.key", "proxy.pem", "ca.pem"].map((name) => readFileSync(file(name), "utf8"));
  writeFileSync(file("identity.pem"), parts.join(""));
  agent = new ServerAgent(file("identity.pem"));
});

afterAll(() => {
  agent.destroy();
  for (const server of open) server.close();
  rmSync(directory, { recursive: true });
});

interface Listening {
  port: number;
  /** Cookies of the requests that got through. */
  cookies: (string | undefined)[];
  server: Server;
}

/** A server as jupyterhub-singleuser is one: only clients of the authority are let in. */
async function listen(name: string): Promise<Listening> {
  const cookies: (string | undefined)[] = [];
  const server = createServer(
    {
      key: readFileSync(file(`${name}.key`)),
      cert: readFileSync(file(`${name}.pem`)),
      ca: readFileSync(file("ca.pem")),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (incoming, response) => {
      cookies.push(incoming.headers.cookie);
      response.end("answer");
    },
  );
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return { port: (server.address() as AddressInfo).port, cookies, server };
}

/** What a proxied request gets: the browser's own Host header and cookie, to a route's target. */
function proxied(host: string, port: number, using = agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { host: "hub.example.org", cookie: "alices" };
    const sent = httpsRequest({ host, port, headers, agent: using }, (response) => {
      response.setEncoding("utf8").on("data", resolve);
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("a server is reached at its node, by the name that is its own", async () => {
  const { port, cookies } = await listen("alice");
  expect(await proxied(ALICE, port)).toBe("answer");
  expect(await proxied(ALICE, port)).toBe("answer");
  expect(cookies).toEqual(["alices", "alices"]);
});

test.each([
  ["another user's server", "bob", "ERR_TLS_CERT_ALTNAME_INVALID"],
  ["one that has the hub's public name", "public", "ERR_TLS_CERT_ALTNAME_INVALID"],
  ["another authority's certificate for the same name", "forged", /UNABLE_TO|SELF_SIGNED/],
  ["a client's certificate for the same name", "client", "INVALID_PURPOSE"],
])("%s in its place gets no request", async (_what, name, code) => {
  const { port, cookies } = await listen(name);
  await expect(proxied(ALICE, port)).rejects.toMatchObject({ code: expect.stringMatching(code) });
  expect(cookies).toEqual([]);
});

test("whoever listens without TLS in its place sees a handshake and no request", async () => {
  let seen = Buffer.alloc(0);
  const server = createTcpServer((socket) => {
    socket.on("data", (data) => {
      seen = Buffer.concat([seen, data]);
      socket.end("HTTP/1.1 200 OK\r\n\r\n");
    });
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  await expect(proxied(ALICE, (server.address() as AddressInfo).port)).rejects.toThrow();
  expect(seen[0]).toBe(0x16); // a TLS handshake
  expect(seen.includes("alices")).toBe(false);
});

test("a server lets nobody else in: neither who has no certificate nor another user's server with its own", async () => {
  const { port, cookies } = await listen("alice");
  const as = (name?: string) =>
    new Promise((resolve, reject) => {
      const identity = name ? { key: readFileSync(file(`${name}.key`)), cert: readFileSync(file(`${name}.pem`)) } : {};
      const options = { host: "localhost", port, agent: false, rejectUnauthorized: false, ...identity };
      httpsRequest(options, resolve).on("error", reject).end();
    });
  await expect(as()).rejects.toThrow();
  await expect(as("bob")).rejects.toThrow();
  await expect(
    new Promise((resolve, reject) => request({ host: "localhost", port }, resolve).on("error", reject).end()),
  ).rejects.toThrow();
  expect(cookies).toEqual([]);
  await expect(as("proxy")).resolves.toBeDefined();
});

test("an identity that is not there yet, and one that is written anew", async () => {
  const { port } = await listen("alice");
  const late = new ServerAgent(file("late.pem"));
  await expect(proxied(ALICE, port, late)).rejects.toThrow("late.pem");
  writeFileSync(file("late.pem"), readFileSync(file("proxy.key")));
  await expect(proxied(ALICE, port, late)).rejects.toThrow("no key with two certificates");
  writeFileSync(file("late.pem"), readFileSync(file("identity.pem")));
  expect(await proxied(ALICE, port, late)).toBe("answer");
  expect(Object.keys(readIdentity(file("late.pem")))).toEqual(["key", "cert", "ca"]);
  late.destroy();
});

test("only names that the hub makes are a server's", () => {
  expect(nodeOf(ALICE)).toBe("localhost");
  expect(nodeOf("node1.example.org.0123456789abcdef.jupyterhub.internal")).toBe("node1.example.org");
  expect(nodeOf("10.77.0.21.0123456789abcdef.jupyterhub.internal")).toBe("10.77.0.21");
  for (const host of ["localhost", "x.jupyterhub.internal", "node1.0123.jupyterhub.internal", `${ALICE}.org`])
    expect(nodeOf(host), host).toBeUndefined();
});
