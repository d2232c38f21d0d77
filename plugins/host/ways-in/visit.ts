/** Visits hosts from the network namespace it is started in, as JSON lines on stdin order it. For tests. */
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { Answer } from "../connection/command";
import { parseConfiguration } from "../connection/configuration";
import { Host } from "../connection/host";

/** One command of a visit; all of a visit's run at once. */
export interface Errand {
  body: string;
  slow?: boolean;
  /** Runs in a session of its own, with this as its stdin. */
  stream?: string;
}

/** A visit, or a port that listens. */
export interface Order {
  id: number;
  /** The same name is the same host, with its connection, until it is closed. */
  host?: string;
  configuration?: Record<string, unknown>;
  errands?: Errand[];
  close?: boolean;
  env?: Record<string, string | undefined>;
  /** Listen on a port of 127.0.0.1, and say this to whoever connects. */
  say?: string;
}

/** What came of a command: its answer, or the error of the way there. */
export type Outcome = (Answer & { error?: undefined }) | { error: string };

const hosts = new Map<string, Host>();

async function perform(host: Host, { body, slow, stream }: Errand): Promise<Outcome> {
  const script = { name: `errand_${Buffer.from(body).toString("hex").slice(0, 40)}`, body };
  try {
    if (stream === undefined) return await host.run({ script, args: [], slow });
    const stdout = await host.stream("stream", script, [], Readable.from([Buffer.from(stream)]), 20);
    return { exitCode: 0, stdout, stderr: "" };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

async function visit({ host: name = "", configuration = {}, errands = [], close }: Order): Promise<Outcome[]> {
  const host = hosts.get(name) ?? new Host(name, parseConfiguration(configuration));
  hosts.set(name, host);
  const outcomes = await Promise.all(errands.map((errand) => perform(host, errand)));
  if (close) {
    hosts.delete(name);
    host.close();
  }
  return outcomes;
}

function listen(words: string): Promise<number> {
  const server = createServer((socket) => socket.on("error", () => undefined).write(words));
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
}

createInterface({ input: process.stdin }).on("line", async (line) => {
  const order = JSON.parse(line) as Order;
  for (const [name, value] of Object.entries(order.env ?? {})) {
    if (value === "") delete process.env[name];
    else process.env[name] = value;
  }
  const result = order.say === undefined ? await visit(order) : await listen(order.say);
  process.stdout.write(`${JSON.stringify({ id: order.id, result })}\n`);
});
