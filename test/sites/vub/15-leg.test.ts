/** The way from the browser's proxy to a server on a compute node: whoever else gets hold of the server's port there gets nothing of it. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopServer } from "../../abuse/options";
import { findServer, type ServerFact, startServerOf } from "../../abuse/servers";
import { Session } from "../../abuse/session";
import type { AbuseSite, Person } from "../../abuse/site";
import { hubAnswers } from "../hub-answers";
import { vubUnderAttack } from "./abuse-site";

/** Listens where alice's server was, and notes what comes: before TLS, and after it where a handshake succeeds. */
const IMPOSTOR = `
import socket, ssl, sys, time
port, identity = int(sys.argv[1]), sys.argv[2]
listening = socket.socket()
for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
    listening.setsockopt(socket.SOL_SOCKET, option, 1)
while True:
    try:
        listening.bind(("0.0.0.0", port))
        break
    except OSError as error:
        print("not yet:", error, flush=True)
        time.sleep(0.1)
listening.listen()
print("listening", flush=True)
while True:
    connection, _ = listening.accept()
    connection.settimeout(5)
    try:
        print("raw", connection.recv(4096, socket.MSG_PEEK), flush=True)
        if identity == "none":
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 7\\r\\nSet-Cookie: taken=1\\r\\n\\r\\nmallory")
        else:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(identity)
            with context.wrap_socket(connection, server_side=True) as secure:
                print("request", secure.recv(65536), flush=True)
    except OSError as error:
        print("failed", error, flush=True)
    connection.close()
`;

let site: AbuseSite;
let alice: Session;
let bob: Session;
let server: ServerFact;
let bobs: ServerFact;

beforeAll(async () => {
  site = await vubUnderAttack();
  [alice, bob] = [new Session(site.authority), new Session(site.authority)];
  await Promise.all([site.cancelAll("alice"), site.cancelAll("bob")]);
  await Promise.all([site.logIn(alice, site.alice), site.logIn(bob, site.mallory)]);
  await Promise.all([stopServer(site, alice, "alice"), stopServer(site, bob, "bob")]);
  const start = async (session: Session, person: Person) => {
    // A file of 100 MB goes through the server's memory five times: the smallest server is killed for that.
    await startServerOf(site, session, person, { ...site.small.options, memory: "2G" });
    expect((await session.visit(`${site.url}/user/${person.name}/lab`)).status).toBe(200);
    return findServer(site, person.name);
  };
  [server, bobs] = await Promise.all([start(alice, site.alice), start(bob, site.mallory)]);
});

afterAll(async () => {
  await site.box.host("hub").run(["systemctl", "start", "jupyterhub-hub.service"]);
  await site.box.waitFor("the hub to answer", () => hubAnswers(site.box), 60);
  await Promise.all([stopServer(site, alice, "alice"), stopServer(site, bob, "bob")]);
  for (const node of site.hosts.compute) await asBob(node, "rm -f /tmp/leg-*");
});

async function asBob(node: string, script: string): Promise<string> {
  const { stdout, stderr } = await site.box.host(node).run(["bash", "-c", script], { user: "bob" });
  return stdout + stderr;
}

/** The key and the certificate of bob's own server, which he can take out of it. */
async function bobsIdentity(): Promise<string> {
  const found = await asBob(
    bobs.node,
    "for file in /proc/[0-9]*/fd/*; do case $(readlink $file) in *' (deleted)') grep -aq 'PRIVATE KEY' $file && cat $file && exit;; esac; done",
  );
  expect(found).toContain("BEGIN CERTIFICATE");
  return found;
}

const status = () => alice.send(`${site.url}/user/alice/api/status`);

test("alice's server answers her through the proxy, for a name that is certified for it alone", async () => {
  expect((await status()).status).toBe(200);
  const { stdout } = await site.box.host("hub").run(["journalctl", "-u", "jupyterhub-hub", "--no-pager", "-o", "cat"]);
  expect(stdout).toMatch(
    new RegExp(`alice.* => https://${server.node}\\.[0-9a-f]{16}\\.jupyterhub\\.internal:${server.port}`),
  );
});

test("100 MB go up and down whole", async () => {
  const big = "x".repeat(100 * 1024 * 1024);
  const headers = { "X-XSRFToken": alice.cookie(`${site.url}/user/alice/`, "_xsrf") };
  const body = { type: "file", format: "text", content: big };
  const sent = await alice.send(`${site.url}/user/alice/api/contents/leg.txt`, { method: "PUT", headers, body });
  expect(sent.status, sent.text.slice(0, 300)).toBe(201);
  const got = await alice.send(`${site.url}/user/alice/files/leg.txt`);
  const digest = (text: string) => createHash("sha256").update(text).digest("hex");
  expect(digest(got.text)).toBe(digest(big));
  const gone = await alice.send(`${site.url}/user/alice/api/contents/leg.txt`, { method: "DELETE", headers });
  expect(gone.status).toBe(204);
});

test("on the node nobody else gets in, with or without a certificate of an own server", async () => {
  await site.box.host(server.node).run(["sh", "-c", "umask 077; cat >/tmp/leg-bob.pem; chown bob /tmp/leg-bob.pem"], {
    input: await bobsIdentity(),
  });
  const ask = (how: string) =>
    asBob(server.node, `curl -sS -m 10 ${how}127.0.0.1:${server.port}/user/alice/api/status`);
  expect(await ask("-k --cert /tmp/leg-bob.pem https://")).toMatch(/^curl: \(/);
  expect(await ask("-k https://")).toMatch(/^curl: \(/);
  expect(await ask("http://")).toMatch(/^curl: \(/);
});

test("while it runs nobody else takes its port, and its key is in no file", async () => {
  await site.box.host(server.node).write("/tmp/leg-impostor.py", IMPOSTOR);
  expect(await asBob(server.node, `timeout 5 python3 /tmp/leg-impostor.py ${server.port} none`)).toMatch(/in use/i);
  const search = "grep -rlsF 'PRIVATE KEY' /home/alice /tmp /var/tmp /dev/shm /run/user 2>/dev/null";
  const { stdout } = await site.box.host(server.node).run(["sh", "-c", search]);
  expect(stdout.split("\n").filter((file) => file && !file.startsWith("/tmp/leg-"))).toEqual([]);
});

test("the hub is started anew, and the server is hers as before", async () => {
  await site.box.host("hub").run(["systemctl", "restart", "jupyterhub-hub.service"]);
  await site.box.waitFor("the hub to answer", () => hubAnswers(site.box), 60);
  expect((await status()).status).toBe(200);
  expect(await findServer(site, "alice")).toEqual(server);
});

test("her server dies; bob takes its port, and gets failed handshakes of her requests", async () => {
  // Without its hub the proxy keeps the route: the longest time that bob can have.
  await site.box.host("hub").run(["systemctl", "stop", "jupyterhub-hub.service"]);
  await site.box.host(server.node).run(["pkill", "-9", "-u", "alice", "-f", "jupyterhub-singleuser"]);
  for (const identity of ["none", "/tmp/leg-bob.pem"]) {
    const log = `/tmp/leg-${identity === "none" ? "plain" : "tls"}.log`;
    const listen = `cd /tmp; nohup python3 /tmp/leg-impostor.py ${server.port} ${identity} >${log} 2>&1 </dev/null & echo $!`;
    const pid = (await asBob(server.node, listen)).trim();
    const listens = async () => (await asBob(server.node, `cat ${log}`)).includes("listening");
    await site.box.waitFor("bob to have the port", listens, 60);
    const answer = await status();
    expect(answer.status).toBe(503);
    expect(answer.headers["set-cookie"] ?? []).toEqual([]);
    const socket = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "YQ==",
    };
    const upgrade = await alice
      .send(`${site.url}/user/alice/api/events/subscribe`, { headers: socket, timeoutSeconds: 10 })
      .catch((error: Error) => error);
    expect(upgrade).not.toMatchObject({ status: 101 });
    await asBob(server.node, `kill ${pid}`);
    const seen = await asBob(server.node, `cat ${log}`);
    expect(seen).toContain("raw b'\\x16\\x03"); // a TLS handshake
    expect(seen).not.toMatch(/^request (?!b'')/m);
    for (const secret of ["GET ", "Cookie", "token", alice.cookie(`${site.url}/user/alice/`, "jupyterhub-user-alice")])
      if (secret) expect(seen).not.toContain(secret);
  }
});
