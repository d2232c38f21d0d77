/** Production whose certificate is yet to come: all else is deployed, the request is ready to be sent, and the host takes up the answer by itself. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box, type BoxHost } from "../../../box/api";
import { signed } from "../certificate-authority";
import { pulumiUp } from "../deploy";
import { writeVariant } from "../stack-file";

const TLS = "/etc/jupyterhub/tls";
const directory = mkdtempSync(join(tmpdir(), "requested-"));
let box: Box;
let hub: BoxHost;
let variant: string;
let key: string;

beforeAll(async () => {
  box = await attach("vub");
  hub = box.host("hub");
  await hub.run(["rm", "-f", `${TLS}/hub.pem`]); // of a run that was cut off: its key is gone
  variant = writeVariant("box-vub", join(directory, "Pulumi.box-vub.yaml"), [
    [["tls"], { request: true, trustFile: ".box/vub/ca.pem" }],
  ]);
});

afterAll(() => rmSync(directory, { recursive: true }));

async function up(stackFile?: string): Promise<string> {
  const { exitCode, stdout, stderr } = await pulumiUp(box, stackFile);
  expect(exitCode, stdout.slice(-3000) + stderr).toBe(0);
  return stdout + stderr;
}

/** Which of the units run. */
async function running(): Promise<string[]> {
  const units = ["network", "proxy", "hub"].map((unit) => `jupyterhub-${unit}.service`);
  return (await hub.run(["systemctl", "list-units", "--state=active", "--plain", "--no-legend", ...units])).stdout
    .split("\n")
    .flatMap((line) => /^jupyterhub-(\w+)\.service/.exec(line)?.[1] ?? []);
}

/** What answers at the address people use; empty when nothing does. */
const page = async () =>
  (
    await box
      .netns("outside")
      .run(["curl", "-s", "--cacert", ".box/vub/ca.pem", "--max-time", "10", "https://hub.localhost:8443/hub/login"])
  ).stdout;

test("without its certificate all else is deployed, and the output says what is missing and where", async () => {
  const said = await up(variant);
  for (const words of ["certificate is missing", `${TLS}/hub.csr on 10.77.0.10`, `${TLS}/hub.pem`])
    expect(said).toContain(words);
  expect(await running()).toEqual(["network"]);
  expect((await hub.run(["stat", "-c", "%a %U %G", `${TLS}/hub.key`])).stdout).toBe("640 root jupyterhub\n");
  key = await hub.read(`${TLS}/hub.key`);
  expect(said).not.toContain(key.split("\n")[1]);
  expect(await page()).toBe("");
});

test("neither a start by hand nor a certificate of another key brings up half a hub", async () => {
  await hub.run(["systemctl", "start", "jupyterhub-hub.service"]);
  await hub.write(`${TLS}/hub.pem`, (await execa("cat", [".box/vub/hub.crt"])).stdout);
  const words = async () => (await hub.run(["journalctl", "-u", "jupyterhub-certificate", "-q", "--no-pager"])).stdout;
  await box.waitFor("the refusal in the log", async () => (await words()).includes("no certificate of the key"), 30);
  expect(await running()).toEqual(["network"]);
  const refused = await box.pulumi(["preview", "--non-interactive", "--config-file", variant]);
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stdout + refused.stderr).toContain("does not belong to the private key");
});

test("the certificate that the request brings is taken up by the host itself", async () => {
  const certificate = await signed(box, await hub.read(`${TLS}/hub.csr`), 20);
  // As an administrator's strict umask leaves it.
  await hub.run(["sh", "-c", `umask 077; rm ${TLS}/hub.pem; cat > ${TLS}/hub.pem`], { input: certificate });
  await box.waitFor("the log-in page, with that certificate", async () => (await page()).includes("Log in with"), 120);
});

test("the next up finds it, keeps the key, and warns that it ends in less than 30 days", async () => {
  const said = await up(variant);
  expect(said).toMatch(/hub\.pem on 10\.77\.0\.10 expires in (19|20) days/);
  expect(said).not.toContain("is missing");
  expect((await hub.read(`${TLS}/hub.key`)) === key).toBe(true);
  const { stdout } = await box.pulumi(["preview", "--non-interactive", "--config-file", variant]);
  expect(stdout).not.toMatch(/to (create|update|replace|delete)/);
});

test("back to the certificate from a file, with nothing left of the request", async () => {
  await up();
  await box.waitFor("the log-in page", async () => (await page()).includes("Log in with"), 120);
  expect((await hub.run(["ls", TLS])).stdout.split("\n").filter((name) => /hub\.(key|csr)/.test(name))).toEqual([]);
  expect((await hub.run(["systemctl", "cat", "jupyterhub-certificate.path"])).exitCode).not.toBe(0);
  await hub.run(["rm", "-f", `${TLS}/hub.pem`]);
});
