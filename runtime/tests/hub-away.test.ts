/** What the proxy answers by itself, as a browser and as a program get it. */
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { AGAIN, sayHubIsAway } from "../proxy/hub-away.js";

async function answerTo(accept?: string): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  const server = createServer((incoming, response) => {
    sayHubIsAway(503, incoming, response);
    sayHubIsAway(503, incoming, response); // an answer that was given is left alone
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await new Promise((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const headers = accept === undefined ? {} : { accept };
      const sent = request({ host: "127.0.0.1", port, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      sent.on("error", reject).end();
    });
  } finally {
    server.close();
  }
}

test("a browser gets a page in words that asks again by itself", async () => {
  const { status, headers, text } = await answerTo("text/html,application/xhtml+xml,*/*;q=0.8");
  expect(status).toBe(503);
  expect(headers).toMatchObject({ "content-type": "text/html; charset=utf-8", "retry-after": String(AGAIN) });
  expect(text).toContain("Servers that run go on");
  expect(text).toContain("tell the people who run this cluster");
  expect(text).toContain(`<meta http-equiv="refresh" content="${AGAIN}">`);
});

test.each([["application/json"], ["*/*"], [undefined]])("what asks for %s gets no page", async (accept) => {
  const { status, headers, text } = await answerTo(accept);
  expect(status).toBe(503);
  expect(headers["content-type"]).toMatch(/^text\/plain/);
  expect(text).toMatch(/^JupyterHub does not answer/);
});
