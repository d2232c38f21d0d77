/** The hub's job script as somebody without a hub would have it. Pure. */
import { FORWARDED_ENVIRONMENT } from "../../../components/login/forwarded-environment";

const LAUNCH = /^exec "\$python" -I \/dev\/fd\/8 .*$[\s\S]*/m;

/** The server asks the hub who its user is, and the hub's certificate is of its own authority: without the launcher a file has to say so. */
const TRUST = `export SSL_CERT_FILE="$logs/bare-authority.pem"
printf '%s\\n' '-----BEGIN CERTIFICATE-----' "$JUPYTERHUB_HPC_AUTHORITY" '-----END CERTIFICATE-----' | fold -w 64 >"$SSL_CERT_FILE"
`;

/**
 * The same script with jupyterhub-singleuser itself in the place of the launcher, which has to ask the hub for a certificate.
 * @throws Error when the script does not end as it should: then this is not the script that the template makes
 */
export function bareScript(script: string): string {
  if (!LAUNCH.test(script)) throw new Error("the job script does not end with the launcher");
  return script.replace(LAUNCH, () => `${TRUST}exec "$python" -I -m jupyterhub.singleuser\n`);
}

/** What the job takes over from the hub, out of a process's environment as /proc shows it, with another address to listen on. */
export function bareEnvironment(environ: string, port: number): Record<string, string> {
  const pairs = environ.split("\0").map((pair): [string, string] => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  const kept = Object.fromEntries(pairs.filter(([name]) => FORWARDED_ENVIRONMENT.includes(name)));
  if (!kept.JUPYTERHUB_API_TOKEN) throw new Error("the server's process has no token in its environment");
  return { ...kept, JUPYTERHUB_SERVICE_URL: `http://0.0.0.0:${port}${kept.JUPYTERHUB_SERVICE_PREFIX ?? "/"}` };
}
