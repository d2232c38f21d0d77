/**
 * Preloaded into configurable-http-proxy, which reads its certificate once, at its start. On SIGHUP the files are read again, for new
 * connections; those that are open go on, as `server.setSecureContext` leaves them alone. What does not fit together is refused, and the old
 * certificate stays.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import https from "node:https";

const DAY = 86_400_000;
const servers = [];
const create = https.createServer;

/** The value of a command line's option, as the proxy itself reads it. */
const option = (name) => process.argv[process.argv.indexOf(name) + 1];

https.createServer = (options, ...rest) => {
  const server = create.call(https, options, ...rest);
  if (options?.cert) {
    servers.push({ server, options });
    tell(options.cert);
  }
  return server;
};

/** Says what is served, and until when: an expired certificate is told each day. */
function tell(pem) {
  const { subject, subjectAltName, validTo } = new X509Certificate(pem);
  const left = Math.floor((new Date(validTo).getTime() - Date.now()) / DAY);
  const words = `The certificate of ${(subjectAltName ?? subject).replaceAll("\n", " ")}`;
  if (left < 0) console.error(`[error] ${words} expired on ${validTo}. Next: renew it, and pulumi up.`);
  else if (left < 30)
    console.warn(`[warn] ${words} expires in ${left} days, on ${validTo}. Next: renew it, and pulumi up.`);
  else console.log(`[info] ${words} is served; it is valid until ${validTo}.`);
}

function renew() {
  try {
    const [cert, key] = ["--ssl-cert", "--ssl-key"].map((name) => readFileSync(option(name)));
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
      throw new Error("the certificate does not belong to the key beside it");
    for (const { server, options } of servers) {
      server.setSecureContext({ ...options, cert, key });
      Object.assign(options, { cert, key });
    }
    tell(cert);
  } catch (error) {
    console.error(
      `[error] The certificate was not taken up, the former one is served: ${error.message}. Next: pulumi up.`,
    );
  }
}

process.on("SIGHUP", renew);
setInterval(() => {
  for (const { options } of servers) tell(options.cert);
}, DAY).unref();
