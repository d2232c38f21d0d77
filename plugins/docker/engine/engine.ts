import type { IncomingMessage } from "node:http";
import { Failure } from "../../rpc/failure";
import type { EngineConfiguration } from "./configuration";
import { type Transport, transport } from "./transport";

/** The newest version of the engine's interface that is spoken here. */
const NEWEST = "1.51";

/** What an engine refuses. */
export class EngineError extends Failure {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** One request. */
export interface Request {
  method: "GET" | "POST" | "DELETE";
  /** Below the version: "/networks/create". */
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
}

function older(one: string, other: string): string {
  const [a = [], b = []] = [one, other].map((version) => version.split(".").map(Number));
  const difference = (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
  return difference < 0 ? one : other;
}

function messageOf(body: string, status: number): string {
  try {
    const { message } = JSON.parse(body) as { message?: string };
    if (message) return message;
  } catch {
    // Not every refusal is JSON.
  }
  return body.trim() || `HTTP ${status}`;
}

/** A container engine, over Docker's HTTP interface. */
export class Engine {
  private readonly transport: Transport;
  private greeted: Promise<string> | undefined;

  constructor(
    private readonly configuration: EngineConfiguration,
    private readonly signal: AbortSignal,
  ) {
    this.transport = transport(configuration);
  }

  /** @returns the text of the answer. @throws EngineError when it is refused, Failure when the engine is not there */
  async call(request: Request): Promise<string> {
    this.greeted ??= this.greet();
    return this.send({ ...request, path: `/v${await this.greeted}${request.path}` });
  }

  /** As `call`, for answers that are JSON. */
  async json<T>(request: Request): Promise<T> {
    return JSON.parse(await this.call(request)) as T;
  }

  /** Asks for the version to speak. */
  private async greet(): Promise<string> {
    const { host, unchecked } = this.configuration;
    try {
      const { headers } = await this.exchange({ method: "GET", path: "/_ping" });
      const version = headers["api-version"];
      return typeof version === "string" ? older(version, NEWEST) : NEWEST;
    } catch (error) {
      this.greeted = undefined;
      if (unchecked) return NEWEST;
      throw new Failure(
        `Error pinging Docker server, please make sure that ${host} is reachable and has a '_ping' endpoint. Error: ${(error as Error).message}`,
      );
    }
  }

  private async send(request: Request): Promise<string> {
    const { status, body } = await this.exchange(request);
    if (status >= 400) throw new EngineError(status, messageOf(body, status));
    return body;
  }

  private exchange(request: Request): Promise<{ status: number; headers: IncomingMessage["headers"]; body: string }> {
    const { method, path, query = {}, headers = {}, body } = request;
    const parameters = new URLSearchParams(query).toString();
    const { options, said } = this.transport;
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(new Failure([error.message, said()].filter(Boolean).join(": ")));
      const sent = this.transport.request(
        {
          ...options,
          method,
          path: parameters === "" ? path : `${path}?${parameters}`,
          headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
          signal: this.signal,
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("error", fail);
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(parts).toString(),
            }),
          );
        },
      );
      sent.on("error", fail);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
