/** What a certificate authority would send: here the box's own signs. */
import { join } from "node:path";
import { execa } from "execa";
import { expect } from "vitest";
import type { Box } from "../../box/api";

/** A certificate of the box's authority for so many days, with a new key: files in `directory`, on this machine. */
export async function renewedCertificate(
  box: Box,
  directory: string,
  days: number,
): Promise<{ certificate: string; key: string }> {
  const [certificate, key] = [join(directory, "hub.crt"), join(directory, "hub.key")];
  const { hostname } = new URL(box.site.front?.url ?? "");
  const authority = `.box/${box.site.name}/ca`;
  const argv = [
    ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
    ...["-days", String(days), "-subj", `/CN=${hostname}`, "-addext", `subjectAltName=DNS:${hostname}`],
    ...["-CA", `${authority}.pem`, "-CAkey", `${authority}.key`, "-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-keyout", key, "-out", certificate],
  ];
  const { exitCode, stderr } = await box.netns(box.site.admin).run(argv);
  expect(exitCode, stderr).toBe(0);
  return { certificate, key };
}

/** A certificate of the box's authority for a request, with the names that the request asks for. */
export async function signed(box: Box, request: string, days: number): Promise<string> {
  const authority = `.box/${box.site.name}/ca`;
  const argv = ["x509", "-req", "-CA", `${authority}.pem`, "-CAkey", `${authority}.key`];
  const { stdout } = await execa("openssl", [...argv, "-copy_extensions", "copy", "-days", String(days)], {
    input: request,
  });
  return stdout;
}
