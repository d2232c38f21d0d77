/** A person's HTTP client without a browser's own caution: it sends what it is told, and keeps cookies as a browser would. */
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";

/** An answer, whatever its status. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** Where it was got. */
  url: URL;
}

/** What to send. */
export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  /** An object is sent as JSON, URLSearchParams as a form, text as it is. */
  body?: unknown;
  /** Default 60. */
  timeoutSeconds?: number;
}

interface Cookie {
  name: string;
  value: string;
  host: string;
  path: string;
}

/** Names below localhost are this machine's loopback address, as in a browser. */
const loopback: LookupFunction = (_name, options, done) =>
  options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);

/** One person: cookies, and requests. */
export class Session {
  readonly #cookies: Cookie[] = [];

  /** @param authority PEM of the authority that signed what is talked to */
  constructor(readonly authority: string) {}

  /** One request, redirects not followed. */
  async send(address: string | URL, sent: Sent = {}): Promise<Answer> {
    const url = new URL(address);
    const { type, text } = bodyOf(sent.body);
    const cookie = this.#cookiesFor(url);
    const headers = {
      ...(type && { "Content-Type": type }),
      ...(text !== undefined && { "Content-Length": String(Buffer.byteLength(text)) }),
      ...(cookie && { Cookie: cookie }),
      ...sent.headers,
    };
    const answer = await exchange(url, this.authority, headers, text, sent);
    for (const line of answer.headers["set-cookie"] ?? []) this.#keep(url, line);
    return answer;
  }

  /** A request and the redirects after it, as a browser's address bar goes. */
  async visit(address: string | URL, sent: Sent = {}): Promise<Answer> {
    let answer = await this.send(address, sent);
    for (let hop = 0; hop < 15 && answer.status >= 300 && answer.status < 400; hop += 1) {
      answer = await this.send(new URL(answer.headers.location ?? "", answer.url));
    }
    return answer;
  }

  /** The value of a cookie as it would be sent to an address; empty when there is none. */
  cookie(address: string | URL, name: string): string {
    return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(this.#cookiesFor(new URL(address)))?.[1] ?? "";
  }

  /** All cookies that would be sent to an address. */
  cookies(address: string | URL): string {
    return this.#cookiesFor(new URL(address));
  }

  #cookiesFor(url: URL): string {
    return this.#cookies
      .filter((one) => one.host === url.hostname && url.pathname.startsWith(one.path))
      .sort((a, b) => b.path.length - a.path.length)
      .map((one) => `${one.name}=${one.value}`)
      .join("; ");
  }

  #keep(url: URL, line: string): void {
    const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
    const at = pair.indexOf("=");
    const path = attributes.find((part) => /^path=/i.test(part))?.slice(5) || "/";
    const cookie = { name: pair.slice(0, at), value: pair.slice(at + 1), host: url.hostname, path };
    const same = (one: Cookie) => one.name === cookie.name && one.host === cookie.host && one.path === cookie.path;
    const known = this.#cookies.findIndex(same);
    if (known >= 0) this.#cookies.splice(known, 1);
    if (cookie.value !== "" && cookie.value !== '""') this.#cookies.push(cookie);
  }
}

function bodyOf(body: unknown): { type?: string; text?: string } {
  if (body === undefined) return {};
  if (typeof body === "string") return { text: body };
  if (body instanceof URLSearchParams) return { type: "application/x-www-form-urlencoded", text: body.toString() };
  return { type: "application/json", text: JSON.stringify(body) };
}

function exchange(
  url: URL,
  authority: string,
  headers: Record<string, string>,
  body: string | undefined,
  sent: Sent,
): Promise<Answer> {
  const options = { method: sent.method ?? "GET", headers, ca: authority, lookup: loopback, agent: false as const };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, options, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(parts).toString("utf8"),
          url,
        }),
      );
    });
    const limit = (sent.timeoutSeconds ?? 60) * 1000;
    request.setTimeout(limit, () => request.destroy(new Error(`no answer from ${url.href} within ${limit / 1000} s`)));
    request.on("error", reject);
    request.end(body);
  });
}
