import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parse } from "yaml";
import { makeCertificate } from "../test/fixtures/certificates";

interface StackFile {
  config: { "jupyterhub-hpc:url": string; "jupyterhub-hpc:tls": { certificateFile?: string; keyFile?: string } };
}

/**
 * The shipped example stacks name certificate files that nobody has. Where they are missing, and only for a hub in example.org, certificates are
 * made on the spot, so that the examples can be previewed anywhere.
 */
export async function prepareExample(stackFile: string): Promise<void> {
  const { config } = parse(readFileSync(stackFile, "utf8")) as StackFile;
  const { hostname } = new URL(config["jupyterhub-hpc:url"]);
  const { certificateFile, keyFile } = config["jupyterhub-hpc:tls"];
  if (!hostname.endsWith(".example.org") || !certificateFile || !keyFile || existsSync(certificateFile)) return;
  const made = await makeCertificate(hostname);
  mkdirSync(dirname(certificateFile), { recursive: true });
  writeFileSync(certificateFile, made.chain);
  writeFileSync(keyFile, made.key, { mode: 0o600 });
}
