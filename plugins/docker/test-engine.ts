/** A container engine in this process, for tests: it has what it is given, and notes what it was asked. */
import { createServer, type IncomingMessage } from "node:http";
import { join } from "node:path";

/** An answer: status and JSON. */
export type Answer = [status: number, body: unknown];

export interface TestEngine {
  /** For the provider. */
  host: string;
  /** "POST /v1.41/networks/create", with what came along. */
  asked: { line: string; query: Record<string, string>; headers: IncomingMessage["headers"]; body: unknown }[];
  close(): void;
}

/** @param answer gets "GET /networks/x", without the version, and how often that was asked before */
export async function testEngine(
  directory: string,
  answer: (line: string, before: number) => Answer,
  version: string | undefined = "1.41",
): Promise<TestEngine> {
  const asked: TestEngine["asked"] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://engine");
      const line = `${request.method} ${pathname}`;
      const text = Buffer.concat(parts).toString();
      const before = asked.filter((one) => one.line === line).length;
      const body = text === "" ? undefined : JSON.parse(text);
      asked.push({ line, query: Object.fromEntries(searchParams), headers: request.headers, body });
      const [status, said] = line === "GET /_ping" ? [200, "OK"] : answer(line.replace(/\/v[\d.]+/, ""), before);
      response.writeHead(status, version === undefined ? {} : { "Api-Version": version });
      response.end(typeof said === "string" ? said : JSON.stringify(said));
    });
  });
  const path = join(directory, "engine.sock");
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { host: `unix://${path}`, asked, close: () => server.close() };
}
