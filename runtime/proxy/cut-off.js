// @ts-check
/** An answer that its server breaks off is broken off towards the browser too: a pipe does not pass that on, and a download would wait for its rest for ever. */

/** @type {WeakSet<import("node:events").EventEmitter>} */
const watched = new WeakSet();

/**
 * @param {import("node:events").EventEmitter} proxy of http-proxy-3
 */
export function passOnCutOffs(proxy) {
  if (watched.has(proxy)) return;
  watched.add(proxy);
  proxy.on(
    "proxyRes",
    (
      /** @type {import("node:http").IncomingMessage} */ answer,
      /** @type {unknown} */ _request,
      /** @type {import("node:http").ServerResponse} */ response,
    ) => {
      answer.once("close", () => {
        if (!answer.complete) response.destroy();
      });
    },
  );
}
