/** Servers that run while they are attacked, and what root alone can see of them. */
import { expect } from "vitest";
import { askForServer } from "./hub-client";
import { serverState } from "./options";
import type { Session } from "./session";
import type { AbuseSite, Person } from "./site";

/** A server as root on its node sees it. */
export interface ServerFact {
  /** Compute node. */
  node: string;
  /** The token its job got from the hub. */
  token: string;
  /** Where it listens. */
  port: number;
}

/** Starts a person's server through the REST API, the smallest unless told otherwise, and waits until it is ready. */
export async function startServerOf(
  site: AbuseSite,
  session: Session,
  person: Person,
  options: Record<string, unknown> = site.small.options,
): Promise<void> {
  const answer = await askForServer(site, session, person.name, "api", options);
  expect(answer.status, answer.text.slice(0, 500)).toBeLessThan(300);
  const ready = async () => {
    const state = await serverState(site, session, person.name);
    if (state === "none") throw new Error(`${person.name}'s server ended while it started`);
    return state === "ready";
  };
  await site.box.waitFor(`${person.name}'s server`, ready, 120);
}

/** Finds a user's server on the compute nodes. */
export async function findServer(site: AbuseSite, user: string): Promise<ServerFact> {
  const script = `for pid in $(pgrep -u ${user} -f jupyterhub-singleuser); do
    token=$(tr '\\0' '\\n' </proc/$pid/environ | sed -n 's/^JUPYTERHUB_API_TOKEN=//p')
    port=$(ss -Hltnp | grep "pid=$pid," | awk '{ sub(/.*:/, "", $4); print $4; exit }')
    [ -n "$token" ] && [ -n "$port" ] && echo "$token $port"
  done`;
  for (const node of site.hosts.compute) {
    const { stdout } = await site.box.host(node).run(["bash", "-c", script]);
    const [token, port] = (stdout.trim().split("\n")[0] ?? "").split(" ");
    if (token && port) return { node, token, port: Number(port) };
  }
  throw new Error(`no server of ${user} runs on ${site.hosts.compute.join(", ")}`);
}
