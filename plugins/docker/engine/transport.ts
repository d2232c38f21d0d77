import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import { execa } from "execa";
import { Failure } from "../../rpc/failure";
import type { EngineConfiguration } from "./configuration";

/** How requests get to an engine. */
export interface Transport {
  request: typeof http.request;
  options: http.RequestOptions;
  /** What the way there said of itself, for an error. */
  said(): string;
}

/** The command line that leads to an engine by SSH: that of the docker client, which needs a `docker` on the host (podman-docker gives one). */
export function sshArguments(host: string, sshOpts: readonly string[]): string[] {
  const { username, hostname, port, pathname } = new URL(host);
  return [
    ...sshOpts,
    ...(sshOpts.join("").includes("ConnectTimeout") ? [] : ["-o ConnectTimeout=30"]),
    ...(sshOpts.includes("-T") ? [] : ["-T"]),
    ...(username === "" ? [] : ["-l", decodeURIComponent(username)]),
    ...(port === "" ? [] : ["-p", port]),
    "--",
    hostname.replace(/^\[(.*)\]$/, "$1"),
    "docker",
    ...(pathname.replaceAll("/", "") === "" ? [] : [`--host=unix://${pathname}`]),
    "system",
    "dial-stdio",
  ];
}

/** Connections through ssh, kept open between requests. */
class SshAgent extends http.Agent {
  words = "";

  constructor(private readonly args: readonly string[]) {
    super({ keepAlive: true, maxSockets: 4 });
  }

  override createConnection(): Duplex {
    const ssh = execa("ssh", this.args, { stdin: "pipe", buffer: false, reject: false });
    ssh.stderr.on("data", (data: Buffer) => {
      this.words = (this.words + data).slice(-2000);
    });
    const nothing = () => undefined;
    // What an agent calls on a socket, which this is not.
    return Object.assign(ssh.duplex(), {
      setKeepAlive: nothing,
      setNoDelay: nothing,
      setTimeout: nothing,
      ref: nothing,
      unref: nothing,
    });
  }
}

/** @throws Failure for an address of another kind */
export function transport({ host, sshOpts, tls }: EngineConfiguration): Transport {
  const said = () => "";
  // podman's service ends when it is idle for some seconds; a connection kept from before may be dead.
  const fresh = { agent: false } as const;
  if (host.startsWith("unix://"))
    return {
      request: http.request,
      options: { ...fresh, socketPath: host.slice("unix://".length), host: "docker" },
      said,
    };
  if (host.startsWith("ssh://") && tls === undefined) {
    const agent = new SshAgent(sshArguments(host, sshOpts));
    return { request: http.request, options: { agent, host: "docker.example.com" }, said: () => agent.words.trim() };
  }
  if (!/^(tcp|https?):\/\//.test(host))
    throw new Failure(`The engine's address ${host} is none of unix://, ssh://, tcp://, http:// and https://.`);
  const { hostname, port } = new URL(host.replace(/^tcp:/, "http:"));
  if (tls === undefined && !host.startsWith("https:"))
    return { request: http.request, options: { ...fresh, host: hostname, port: port || 2375 }, said };
  // As the genuine plugin: without a CA the engine's certificate is not checked.
  const options = { ...tls, rejectUnauthorized: tls === undefined || Boolean(tls.ca) };
  return { request: https.request, options: { ...fresh, host: hostname, port: port || 2376, ...options }, said };
}
