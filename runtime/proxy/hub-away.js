// @ts-check
/** What the proxy says while the hub does not answer: it knows no site's name and no user, and needs nothing of the hub. */

/** Seconds after which a browser asks again. */
export const AGAIN = 5;

const PAGE = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${AGAIN}">
<title>JupyterHub does not answer</title>
<style>
  body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: #212529; background: #fff; }
  main { max-width: 34rem; margin: 8vh auto 0; padding: 2.5rem; border: 1px solid #dee2e6; border-radius: .75rem; text-align: center; }
  h1 { font-size: 1.6rem; margin: 0 0 1rem; }
  @media (prefers-color-scheme: dark) { body { color: #dee2e6; background: #212529; } main { border-color: #495057; } }
</style>
</head>
<body>
<main>
  <h1>JupyterHub does not answer</h1>
  <p>It is being restarted, or its host has a problem. Servers that run go on, and open notebooks stay connected.</p>
  <p>This page asks again every ${AGAIN} seconds. If it stays for more than a few minutes, tell the people who run this cluster.</p>
</main>
</body>
</html>
`;

/**
 * Answers a request that was meant for the hub, or for a server that is away while the hub cannot say so.
 * @param {number} code HTTP status
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
export function sayHubIsAway(code, request, response) {
  if (response.writableEnded) return;
  const page = /\btext\/html\b/.test(request.headers.accept ?? "");
  if (!response.headersSent) {
    response.writeHead(code, {
      "Content-Type": page ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "no-store",
      "Retry-After": String(AGAIN),
    });
  }
  response.end(page ? PAGE : "JupyterHub does not answer. Servers that run go on. Try again in a minute.\n");
}
