/** What the hub's front says to a browser, and what it does with requests that are not what they seem. */
import { beforeAll, describe, expect, test } from "vitest";
import { callApi } from "./hub-client";
import { newJobs } from "./new-jobs";
import { type RawAnswer, sendRaw, speaks } from "./raw-request";
import { Session } from "./session";
import type { AbuseSite } from "./site";

/** Addresses behind `next=` that lead away from the hub, as a browser reads them. */
const AWAY = [
  "https://evil.example/",
  "//evil.example/",
  "///evil.example/",
  "/\\evil.example/",
  "\\\\evil.example",
  "https:evil.example",
  "/hub/../..//evil.example/",
  "javascript:alert(1)",
  "%2f%2fevil.example",
  "/%09/evil.example/",
];

/** Requests that two programs in a row could cut differently: one answer at most, and it is no page. */
const SMUGGLED: [what: string, bytes: (host: string) => string][] = [
  [
    "a length and chunks at once",
    (host) =>
      `POST /hub/login HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /hub/health HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  ],
  [
    "two lengths",
    (host) =>
      `POST /hub/login HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\nGET /hub/health HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  ],
  [
    "a blank before the colon",
    (host) => `POST /hub/login HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
  ],
  [
    "an encoding nobody knows",
    (host) => `POST /hub/login HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  ],
  [
    "a header that is folded",
    (host) => `GET /hub/login HTTP/1.1\r\nHost: ${host}\r\nX-A: b\r\n Transfer-Encoding: chunked\r\n\r\n`,
  ],
  ["a bare line feed in a header", (host) => `GET /hub/login HTTP/1.1\r\nHost: ${host}\r\nX-A: b\rX-B: c\r\n\r\n`],
  ["a null byte in a header", (host) => `GET /hub/login HTTP/1.1\r\nHost: ${host}\r\nX-A: \0\r\n\r\n`],
  ["a length below zero", (host) => `POST /hub/login HTTP/1.1\r\nHost: ${host}\r\nContent-Length: -1\r\n\r\n`],
  ["headers of 100 kB", (host) => `GET /hub/login HTTP/1.1\r\nHost: ${host}\r\nX-A: ${"a".repeat(100_000)}\r\n\r\n`],
  [
    "10,000 headers",
    (host) =>
      `GET /hub/login HTTP/1.1\r\nHost: ${host}\r\n${Array.from({ length: 10_000 }, (_, i) => `X-${i}: b\r\n`).join("")}\r\n`,
  ],
  ["a method nobody knows", (host) => `ABUSE /hub/login HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
  ["another proxy's job", () => "CONNECT 10.77.0.10:22 HTTP/1.1\r\nHost: 10.77.0.10:22\r\n\r\n"],
  ["no HTTP at all", () => "SSH-2.0-OpenSSH_9.9\r\n"],
];

export function pageAbuse(site: () => AbuseSite): void {
  let session: Session;
  beforeAll(async () => {
    session = new Session(site().authority);
    expect((await site().logIn(session, site().mallory)).status).toBe(200);
  });

  describe("what the front says", () => {
    test.each(["TLSv1", "TLSv1.1"] as const)("%s is not spoken", async (version) => {
      expect(await speaks(site().url, site().authority, version)).toBe(false);
    });
    test.each(["TLSv1.2", "TLSv1.3"] as const)("%s is spoken", async (version) => {
      expect(await speaks(site().url, site().authority, version)).toBe(true);
    });

    test.each(["/hub/login", "/hub/home", "/hub/spawn", "/hub/api/user", "/hub/error/404", "/hub/nowhere"])(
      "%s is for no frame, no other type and HTTPS only",
      async (path) => {
        const { headers } = await session.send(`${site().url}${path}`);
        expect(headers["content-security-policy"]).toMatch(/frame-ancestors '(none|self)'/);
        expect(headers["x-content-type-options"]).toBe("nosniff");
        expect(headers["strict-transport-security"]).toMatch(/max-age=\d{8}/);
        expect(headers["access-control-allow-origin"]).toBeUndefined();
      },
    );

    test("no script reads the log-in's cookie, no plain connection and no other site's page sends it", async () => {
      const fresh = new Session(site().authority);
      const lines: string[] = [];
      const send = fresh.send.bind(fresh);
      fresh.send = async (address, sent) => {
        const answer = await send(address, sent);
        if (answer.url.href.startsWith(site().url)) lines.push(...(answer.headers["set-cookie"] ?? []));
        return answer;
      };
      await site().logIn(fresh, site().mallory);
      const login = lines.filter(
        (line) => /^[^=]*jupyterhub-(hub-login|session-id)=/.test(line) && !/=""|=;/.test(line),
      );
      expect(login.length).toBeGreaterThan(0);
      for (const line of login) {
        expect(line).toMatch(/; *HttpOnly/i);
        expect(line).toMatch(/; *Secure/i);
        expect(line).toMatch(/; *SameSite=(Lax|Strict)/i);
      }
    });

    test.each(AWAY)("after a log-in nobody is sent to %s", async (next) => {
      const { headers, status } = await session.send(`${site().url}/hub/login?next=${encodeURIComponent(next)}`);
      const target = new URL(headers.location ?? "/", `${site().url}/hub/login`);
      expect(target.origin, `${status} ${headers.location}`).toBe(new URL(site().url).origin);
    });

    test.each([
      ["POST", "/users/bob/server", {}],
      ["POST", "/users/bob/tokens", {}],
      ["DELETE", "/users/bob/server", undefined],
    ] as const)(
      "%s %s without the page's own token is another site's doing and is refused",
      async (method, path, body) => {
        const before = await site().jobs();
        const own = path.replace("bob", site().mallory.name);
        const { status } = await session.send(`${site().url}/hub/api${own}`, { method, body });
        expect(status).toBe(403);
        expect(await newJobs(site(), before)).toEqual([]);
      },
    );

    test("a link on another site starts no server, the form is shown instead", async () => {
      const before = await site().jobs();
      const address = new URL(`${site().url}/hub/spawn`);
      for (const [key, value] of Object.entries(site().small.options))
        address.searchParams.set(`opt-${key}`, String(value));
      const headers = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" };
      const answer = await session.send(address, { headers });
      expect(answer.text).toContain("spawn_form");
      expect(answer.text).toContain("A link on another page asked for a server");
      expect(await newJobs(site(), before)).toEqual([]);
    });

    test("another site's page cannot read the API with the cookie", async () => {
      const headers = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "X-XSRFToken": "" };
      expect((await callApi(site(), session, "/user", { headers })).status).toBe(403);
    });
  });

  describe("requests that are not what they seem", () => {
    test.each(SMUGGLED)("%s", async (_what, bytes) => {
      const answer: RawAnswer = await sendRaw(site().url, site().authority, bytes(new URL(site().url).host));
      expect(answer.statuses.length, answer.text).toBeLessThanOrEqual(1);
      expect(
        answer.statuses.every((status) => status >= 400),
        answer.text.slice(0, 500),
      ).toBe(true);
      expect(answer.closed || answer.statuses.length === 1).toBe(true);
      // Those after it are served as before.
      expect((await session.send(`${site().url}/hub/health`)).status).toBe(200);
    });
  });
}
