/** A wrong configuration stops before any host is changed, and says which key, which host and what to do. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { hubPython } from "../../../runtime/locked-python";
import { makeCertificate } from "../../fixtures/certificates";
import { pulumiUp } from "../deploy";
import { type Change, writeVariant } from "../stack-file";

const HOSTS = ["hub", "login1", "login2"];
const directory = mkdtempSync(join(tmpdir(), "refused-"));
let box: Box;
let before: string[];

/** Everything of ours on the hosts, as text. */
async function hosts(): Promise<string[]> {
  const script =
    "find /etc -xdev -type f -newermt '2020-01-01' -printf '%p %T@ %m %u %s\\n' | sort; nft -s list ruleset 2>/dev/null; systemctl list-units --state=active --no-legend --plain 'jupyterhub*'";
  return Promise.all(HOSTS.map(async (host) => (await box.host(host).run(["sh", "-c", script])).stdout));
}

beforeAll(async () => {
  box = await attach("vub");
  await hubPython(); // which a template is tried with: where Pulumi runs in the box, pip finds nothing
  before = await hosts();
});

afterAll(() => rmSync(directory, { recursive: true }));

/** The box's stack with some keys changed, and with them an announcement, which would change a host if anything did. */
function stackWith(changes: Change[]): string {
  const all: Change[] = [...changes, [["page", "announcement"], "changed"]];
  return writeVariant("box-vub", join(directory, "Pulumi.box-vub.yaml"), all);
}

const otherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2v1yVgXm2kP0cS3k0w0u2m4j0V9m2k0o9f8r7b6c5d";

const CASES: [string, Change[], string[]][] = [
  ["an unknown key", [[["hub", "insideAdress"], "10.77.0.10"]], ["jupyterhub-hpc:hub.insideAdress", "is not a key"]],
  [
    "a missing client secret",
    [[["authentication", "oidc", "clientSecret"], undefined]],
    ["authentication.oidc.clientSecret", "is missing", "pulumi config set"],
  ],
  [
    "a self-signed certificate on prod",
    [
      [["tls", "certificateFile"], join(directory, "cert.pem")],
      [["tls", "keyFile"], join(directory, "key.pem")],
    ],
    ["tls.certificateFile", "is self-signed"],
  ],
  [
    "a job script template with an option that login nodes do not take",
    [[["scheduler", "slurm", "submitTemplate"], join(directory, "submit.ejs")]],
    ["scheduler.slurm.submitTemplate", "no login node takes", "--qos=rich", "jobOptions"],
  ],
  [
    "an address that is none",
    [[["hub", "insideAddress"], "10.77.0.999"]],
    ["hub.insideAddress", "10.77.0.999", "IPv4 or IPv6"],
  ],
  [
    "a host key that does not match",
    [
      [["login", "nodes", "1", "host", "knownHostsFile"], undefined],
      [["login", "nodes", "1", "host", "hostKeys"], [otherKey]],
    ],
    ["login2", "10.77.0.12", "host key does not match", "jupyterhub-hpc:login.nodes[1].host"],
  ],
  [
    "a login node that does not answer",
    [
      [
        ["login", "nodes", "1", "host"],
        {
          address: "10.77.0.99",
          user: "admin",
          hostKeys: [otherKey],
          agent: false,
          privateKeyFile: ".box/vub/admin_ed25519",
          connectTimeout: 4,
        },
      ],
    ],
    ["login2", "10.77.0.99", "jupyterhub-hpc:login.nodes[1].host"],
  ],
];

test.each(CASES)("%s", async (_what, changes, words) => {
  const made = await makeCertificate("hub.localhost", { selfSigned: true });
  writeFileSync(join(directory, "cert.pem"), made.chain);
  writeFileSync(join(directory, "key.pem"), made.key);
  const template = readFileSync("templates/submit/slurm.sh.ejs", "utf8");
  writeFileSync(join(directory, "submit.ejs"), template.replace("umask 077", "#SBATCH --qos=rich\numask 077"));
  const { stdout, stderr, exitCode } = await pulumiUp(box, stackWith(changes));
  const said = stdout + stderr;
  expect(exitCode).not.toBe(0);
  for (const word of words) expect(said).toContain(word);
  expect(said).toMatch(/next:/i);
  expect(await hosts()).toEqual(before);
});
