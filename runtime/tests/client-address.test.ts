/** The address that the proxy sees of a client: from the header of the reverse proxy in front, and from nowhere else. */
import { createServer, type Server } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCertificate } from "../../test/fixtures/certificates";
import { clientOf, expectHeader, isLocal } from "../proxy/client-address.js";

let server: Server;
let port: number;
const sockets: Socket[] = [];

beforeAll(async () => {
  const { chain, key } = await makeCertificate("hub.example.org");
  server = expectHeader(
    createServer({ cert: chain, key }, (request, response) => {
      const { remoteAddress, remoteFamily } = request.socket;
      response.end(`${remoteAddress} ${remoteFamily}`);
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

async function connected(): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  await new Promise((resolve) => socket.once("connect", resolve));
  return socket;
}

/** What a connection answers to a request over TLS, as much as came until it closed. */
function answerTo(socket: Socket): Promise<string> {
  const tls: TLSSocket = connectTls({ socket, rejectUnauthorized: false });
  let text = "";
  tls.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  tls.on("data", (chunk) => {
    text += chunk;
  });
  return new Promise((resolve) => {
    tls.on("close", () => resolve(text));
    tls.on("error", () => resolve(text));
  });
}

test.each([
  ["PROXY TCP4 198.51.100.7 10.0.0.1 40000 443\r\n", "198.51.100.7 IPv4"],
  ["PROXY TCP6 2001:db8::7 2001:db8::1 40000 443\r\n", "2001:db8::7 IPv6"],
])("the client is whom the header names: %j", async (header, client) => {
  const socket = await connected();
  socket.write(header);
  expect(await answerTo(socket)).toContain(client);
});

test("a header that comes in pieces is one", async () => {
  const socket = await connected();
  socket.setNoDelay(true);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  for (const piece of ["PRO", "XY TCP4 198.51.100.8 10.0.0.1 4", "0000 443\r"]) {
    socket.write(piece);
    await new Promise(setImmediate);
  }
  socket.write("\n");
  expect(await answerTo(socket)).toContain("198.51.100.8");
  await closed;
});

test.each([
  ["nothing", ""],
  ["a header that names nobody", "PROXY UNKNOWN\r\n"],
  ["an address of the other family", "PROXY TCP4 2001:db8::7 10.0.0.1 40000 443\r\n"],
  ["no address", "PROXY TCP4 1.2.3.4.5 10.0.0.1 40000 443\r\n"],
  ["a line without end", "PROXY TCP4 ".padEnd(200, "1")],
  ["two headers, as from a client that sends one of its own", "PROXY TCP4 198.51.100.7 10.0.0.1 1 2\r\n".repeat(2)],
])("no answer to %s", async (_what, header) => {
  const socket = await connected();
  if (header) socket.write(header);
  expect(await answerTo(socket)).toBe("");
});

test("a line is a header as a whole or not at all", () => {
  expect(clientOf("PROXY TCP4 198.51.100.7 10.0.0.1 40000 443")?.remotePort).toBe(40000);
  for (const line of ["PROXY TCP4 198.51.100.7 10.0.0.1 40000", " PROXY TCP4 1.2.3.4 1.2.3.4 1 2", "GET / HTTP/1.1"])
    expect(clientOf(line)).toBeUndefined();
});

test.each([
  ["127.0.0.1", "127.0.0.1", true],
  ["::1", "::1", true],
  ["::ffff:127.0.0.1", "::ffff:127.0.0.1", true],
  ["::ffff:192.0.2.10", "::ffff:192.0.2.10", true],
  ["192.0.2.50", "192.0.2.10", false],
  ["::ffff:192.0.2.50", "::ffff:192.0.2.10", false],
  ["2001:db8::7f", "2001:db8::1", false],
])("a header from %s to %s is believed: %s", (remoteAddress, localAddress, believed) => {
  expect(isLocal({ remoteAddress, localAddress })).toBe(believed);
});
