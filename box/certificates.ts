/** Keys and certificates of one box: made once, kept in its run directory, trusted by nobody else. */
import { X509Certificate } from "node:crypto";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { runDir } from "./paths";

const days = "825";

async function missing(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) === undefined;
}

/** An SSH key pair (ed25519) at `path` and `path`.pub. */
export async function ensureSshKey(path: string, comment: string): Promise<string> {
  if (await missing(path)) {
    await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path]);
  }
  return (await readFile(`${path}.pub`, "utf8")).trim();
}

/** A new key and a certificate for it, as `openssl req -x509` makes them with these further options; its standard output. */
async function issue(commonName: string, options: string[]): Promise<string> {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const subject = ["-days", days, "-subj", `/O=jupyterhub-hpc/CN=${commonName}`];
  const { stdout } = await execa("openssl", ["req", "-x509", ...key, ...subject, ...options], { timeout: 60_000 });
  return stdout;
}

/** The box's own certificate authority, at ca.pem and ca.key. */
export async function ensureAuthority(site: string): Promise<string> {
  const certificate = runDir(site, "ca.pem");
  if (await missing(certificate)) {
    await mkdir(runDir(site), { recursive: true, mode: 0o700 });
    await issue(`box ${site} authority`, [
      "-addext",
      "basicConstraints=critical,CA:TRUE",
      "-addext",
      "keyUsage=critical,keyCertSign,cRLSign",
      "-keyout",
      runDir(site, "ca.key"),
      "-out",
      certificate,
    ]);
  }
  return certificate;
}

/** The value of a certificate's subjectAltName. */
export function alternativeNames(names: string[]): string {
  return names.map((name) => (isIP(name) === 0 ? `DNS:${name}` : `IP:${name}`)).join(",");
}

/** Whether there is a certificate, and for just these names. */
async function isFor(path: string, names: string[]): Promise<boolean> {
  if (await missing(path)) return false;
  const said = new X509Certificate(await readFile(path)).subjectAltName ?? "";
  return said.replaceAll("IP Address:", "IP:").replaceAll(", ", ",") === alternativeNames(names);
}

/**
 * A certificate of the box's authority at NAME.crt (with the chain) and NAME.key.
 * @param names DNS names and addresses it is for
 */
export async function ensureCertificate(site: string, name: string, names: string[]): Promise<void> {
  const certificate = runDir(site, `${name}.crt`);
  if (await isFor(certificate, names)) return;
  const authority = await ensureAuthority(site);
  const key = runDir(site, `${name}.key`);
  const chain = await issue(names[0] ?? name, [
    "-addext",
    `subjectAltName=${alternativeNames(names)}`,
    "-addext",
    "basicConstraints=critical,CA:FALSE",
    "-addext",
    "extendedKeyUsage=serverAuth",
    "-CA",
    authority,
    "-CAkey",
    runDir(site, "ca.key"),
    "-keyout",
    key,
  ]);
  await chmod(key, 0o600);
  await writeFile(certificate, `${chain.trim()}\n${await readFile(authority, "utf8")}`);
}
