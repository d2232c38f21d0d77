/** Production on a host without containers whose certificate is yet to come: all else is deployed, and the host takes up the answer by itself. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box, type BoxHost } from "../../../box/api";
import { signed } from "../certificate-authority";
import { deploy, pulumiUp } from "../deploy";
import { hubHost } from "../hub-host";
import { writeVariant } from "../stack-file";

const TLS = "/etc/jupyterhub/ssl";
const directory = mkdtempSync(join(tmpdir(), "requested-"));
let box: Box;
let hub: BoxHost;

beforeAll(async () => {
  box = await attach("sheffield");
  hub = box.host("hub");
  await hub.run(["rm", "-f", `${TLS}/hub.pem`]); // of a run that was cut off: its key is gone
});

afterAll(() => rmSync(directory, { recursive: true }));

/** Which of the units run. */
async function running(): Promise<string[]> {
  const units = ["login", "proxy", "hub"].map((unit) => `jupyterhub-${unit}.service`);
  return (await hub.run(["systemctl", "list-units", "--state=active", "--plain", "--no-legend", ...units])).stdout
    .split("\n")
    .flatMap((line) => /^jupyterhub-(\w+)\.service/.exec(line)?.[1] ?? []);
}

test("without its certificate all else is deployed; the output says what is missing and where it goes", async () => {
  const variant = writeVariant("box-sheffield", join(directory, "Pulumi.box-sheffield.yaml"), [
    [["tls"], { request: true }],
  ]);
  const { exitCode, stdout, stderr } = await pulumiUp(box, variant);
  expect(exitCode, stdout.slice(-3000) + stderr).toBe(0);
  for (const words of ["certificate is missing", `${TLS}/hub.csr on 10.76.0.10`, `${TLS}/hub.pem`])
    expect(stdout + stderr).toContain(words);
  expect(await running()).toEqual(["login"]);
  expect((await hub.run(["stat", "-c", "%a %U %G", `${TLS}/hub.key`])).stdout).toBe("640 root jupyter-proxy\n");
});

test("the certificate that the request brings is taken up by the host itself", async () => {
  await hub.write(`${TLS}/hub.pem`, await signed(box, await hub.read(`${TLS}/hub.csr`), 60));
  const page = () => hubHost(box).frontPage();
  await box.waitFor("the log-in page", async () => (await page()).includes("username_input"), 120);
  expect(await running()).toEqual(["hub", "login", "proxy"]);
});

test("back to the certificate from a file, with nothing left of the request", async () => {
  await deploy(box);
  expect((await hub.run(["ls", TLS])).stdout).not.toMatch(/hub\.(key|csr)/);
  expect((await hub.run(["systemctl", "cat", "jupyterhub-certificate.path"])).exitCode).not.toBe(0);
  await hub.run(["rm", "-f", `${TLS}/hub.pem`]);
});
