import { expect, test } from "vitest";
import { makeCertificate } from "../../test/fixtures/certificates";
import { exampleConfig, exampleValues } from "../../test/fixtures/configuration";
import { ConfigError } from "./errors";
import { type RawConfig, validate } from "./validate";

function refusal(raw: RawConfig): string {
  try {
    validate(raw);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

test("a whole configuration is accepted, with defaults filled in", async () => {
  const config = validate(await exampleConfig());
  expect(config.hub.account).toBe("jupyterhub");
  expect(config.hub.host.port).toBe(22);
  expect(config.users.home).toBe("/home/{username}");
  expect(config.culling.enabled).toBe(true);
});

type Values = ReturnType<typeof exampleValues>;

/** Runs the hub directly on its host. */
function onHost({ hub }: Values): Values["hub"] {
  delete hub.image;
  return Object.assign(hub, { onHost: { proxy: "proxy.mjs" } });
}

/** What is changed, and what the message must name. */
const REFUSED: [string, (values: Values) => void, string[]][] = [
  ["an unknown key", (v) => Object.assign(v, { sheduler: {} }), ["jupyterhub-hpc:sheduler", "is not a key"]],
  [
    "an unknown key further down",
    (v) => Object.assign(v.hub, { insideIface: "x" }),
    ["jupyterhub-hpc:hub.insideIface", "is not a key"],
  ],
  ["a wrong type", (v) => Object.assign(v.hub.host as object, { port: "22" }), ["hub.host.port", '"22"', "1 to 65535"]],
  [
    "an address that is none",
    (v) => Object.assign(v.hub, { insideAddress: "10.77.0.300" }),
    ["hub.insideAddress", "10.77.0.300", "IPv4 or IPv6"],
  ],
  [
    "a dotted number as host name",
    (v) => Object.assign(v.hub.host as object, { address: "10.77.0.300" }),
    ["hub.host.address", "a host name or an IP address"],
  ],
  ["a network that is none", (v) => Object.assign(v.hub, { sshFrom: ["10.0.0.0/33"] }), ["hub.sshFrom[0]", "CIDR"]],
  ["no network for SSH", (v) => Object.assign(v.hub, { sshFrom: [] }), ["hub.sshFrom", "nobody gets in"]],
  [
    "a missing client secret",
    (v) => delete (v.authentication.oidc as Record<string, unknown>).clientSecret,
    ["authentication.oidc.clientSecret", "is missing", "pulumi config set"],
  ],
  [
    "a metrics token that can be guessed",
    (v) => Object.assign(v, { metrics: { token: "canary-short", from: ["192.0.2.7/32"] } }),
    ["metrics.token", "[secret]", "32 to 128"],
  ],
  [
    "a metrics token in plain text",
    (v) => Object.assign(v, { metrics: { token: "canary-".repeat(6), from: ["192.0.2.7/32"] } }),
    ["metrics.token", "plain text", "--secret"],
  ],
  [
    "metrics for nobody",
    (v) => Object.assign(v, { metrics: { token: "canary-".repeat(6), from: [] } }),
    ["metrics.from", "at least one network"],
  ],
  ["no identity provider", (v) => delete v.authentication.oidc, ["authentication.oidc", "nobody could log in"]],
  [
    "two ways to log in",
    (v) => Object.assign(v.authentication, { pam: {} }),
    ["authentication.pam", "contradicts authentication.oidc"],
  ],
  [
    "the host's accounts for a hub in containers",
    (v) => Object.assign(v, { authentication: { pam: {}, allowAll: true } }),
    ["authentication.pam", "needs hub.onHost"],
  ],
  [
    "groups of no identity provider",
    (v) => {
      onHost(v);
      Object.assign(v, { authentication: { pam: {}, allowedGroups: ["staff"] } });
    },
    ["authentication.allowedGroups", "authentication.pam has none"],
  ],
  [
    "nobody let in",
    (v) => Object.assign(v.authentication, { allowAll: false }),
    ["authentication.allowedUsers", "lets nobody in"],
  ],
  [
    "everybody on dev",
    (v) => Object.assign(v, { stage: "dev" }),
    ["authentication.allowAll", "not allowed with stage: dev"],
  ],
  [
    "self-signed on prod",
    (v) => Object.assign(v, { tls: { selfSigned: true } }),
    ["tls.selfSigned", "not allowed with stage: prod"],
  ],
  [
    "a requested certificate and a key from elsewhere",
    (v) => Object.assign(v, { tls: { request: true, keyFile: "key.pem" } }),
    ["tls.keyFile", "contradicts tls.request", "stays there"],
  ],
  [
    "a requested and a self-signed certificate",
    (v) => Object.assign(v, { stage: "dev", tls: { request: true, selfSigned: true } }),
    ["tls.selfSigned", "contradicts tls.request: true"],
  ],
  ["no certificate on prod", (v) => Object.assign(v, { tls: {} }), ["tls.certificateFile", "is missing"]],
  [
    "a certificate that cannot be read",
    (v) => Object.assign(v.tls, { certificateFile: "gone.pem" }),
    ["tls.certificateFile", "gone.pem", "no such file"],
  ],
  ["no pinned key", (v) => delete (v.hub.host as Record<string, unknown>).hostKeys, ["hub.host.hostKeys", "pinned"]],
  [
    "known_hosts without the host",
    (v) =>
      Object.assign(v, {
        hub: { ...v.hub, host: { address: "192.0.2.99", user: "root", knownHostsFile: "known_hosts", agent: true } },
      }),
    ["hub.host.knownHostsFile", "has no key for 192.0.2.99"],
  ],
  [
    "a host certificate authority",
    (v) => Object.assign(v.hub.host as object, { hostKeys: ["@cert-authority *.example.org ssh-ed25519 AAAA"] }),
    ["hub.host.hostKeys[0]", "certificate authority, which is not supported", "host's own key"],
  ],
  [
    "no way to log in to a jump host",
    (v) => Object.assign(v.hub.host as object, { jump: { address: "192.0.2.1", knownHostsFile: "known_hosts" } }),
    ["hub.host.jump.privateKeyFile", "no way to log in"],
  ],
  [
    "a passphrase in plain text",
    (v) => Object.assign(v.hub.host as object, { passphrase: "canary" }),
    ["hub.host.passphrase", "plain text", "--secret"],
  ],
  [
    "no way to log in",
    (v) => delete (v.hub.host as Record<string, unknown>).privateKeyFile,
    ["hub.host.privateKeyFile", "no way to log in"],
  ],
  [
    "root as the hub's account",
    (v) => Object.assign(v.hub, { account: "root" }),
    ["hub.account", "never runs as root"],
  ],
  [
    "administrators as users",
    (v) => Object.assign(v.login, { usersGroup: "sudo" }),
    ["login.usersGroup", "administrators"],
  ],
  [
    "neither image nor host",
    (v) => delete (v.hub as Record<string, unknown>).image,
    ["hub.image", "either image or onHost"],
  ],
  [
    "both image and host",
    (v) => Object.assign(v.hub, { onHost: { proxy: "proxy.mjs" } }),
    ["hub.image", "either image or onHost"],
  ],
  ["no login node", (v) => Object.assign(v.login, { nodes: [] }), ["login.nodes", "at least one login node"]],
  [
    "submission on the host of a hub in containers",
    (v) => Object.assign(v.login, { local: true }),
    ["login.local", "needs hub.onHost"],
  ],
  [
    "another login node with the name of the hub's own",
    (v) => {
      onHost(v);
      Object.assign(v.login, { local: true, nodes: [{ ...v.login.nodes[0], name: "hub" }] });
    },
    ["login.nodes", '"hub"', "another name"],
  ],
  [
    "names for a container that there is not",
    (v) => Object.assign(onHost(v), { extraHosts: { idp: "192.0.2.5" } }),
    ["hub.extraHosts", "/etc/hosts"],
  ],
  [
    "an account without room for the proxy's",
    (v) => Object.assign(onHost(v), { account: "a".repeat(27) }),
    ["hub.account", "shorter"],
  ],
  ["two login nodes of one name", (v) => v.login.nodes.push(...v.login.nodes), ["login.nodes[1].name", "used twice"]],
  [
    "an environment on no login node",
    (v) => Object.assign(v.environments[0] as object, { install: { on: "login9" } }),
    ["environments[0].install.on", "login9", "login1"],
  ],
  [
    "a path with ..",
    (v) => Object.assign(v.environments[0] as object, { path: "/apps/../etc" }),
    ["environments[0].path", "without .."],
  ],
  [
    "a shell's characters in a name",
    (v) => Object.assign(v.login, { usersGroup: "a;id" }),
    ["login.usersGroup", "a;id"],
  ],
  ["no scheduler", (v) => Object.assign(v, { scheduler: {} }), ["scheduler", "exactly one key"]],
  [
    "a run time that is none",
    (v) =>
      Object.assign(v, { scheduler: { slurm: { partitions: { s: { title: "S", maxCores: 1, maxRuntime: "4h" } } } } }),
    ["scheduler.slurm.partitions.s.maxRuntime", "4h"],
  ],
  [
    "a default partition that is not offered",
    (v) =>
      Object.assign(v, {
        scheduler: { slurm: { partitions: { s: { title: "S", maxCores: 1 } }, defaultPartition: "t" } },
      }),
    ["scheduler.slurm.defaultPartition", "t", "one of `partitions`"],
  ],
  [
    "a home without the user's name",
    (v) => Object.assign(v, { users: { home: "/home/all" } }),
    ["users.home", "{username}"],
  ],
];

test.each(REFUSED)("%s is refused by name", async (_what, change, words) => {
  const values = exampleValues();
  change(values);
  const message = refusal(await exampleConfig(values));
  for (const word of [...words, "no host was touched", "Next:"]) expect(message).toContain(word);
});

test("every problem is listed at once", async () => {
  const values = exampleValues();
  Object.assign(values.hub, { insideAddress: "x", outsideInterface: "" });
  expect(refusal(await exampleConfig(values))).toContain("2 problems");
});

test("a secret in plain text is refused without being shown", async () => {
  const raw = await exampleConfig();
  const message = refusal({ ...raw, secretKeys: new Set() });
  expect(message).toContain("authentication.oidc.clientSecret");
  expect(message).toContain("pulumi config set --secret");
  expect(message).not.toContain("canary");
});

test("a secret does not print", async () => {
  const config = validate(await exampleConfig());
  expect(JSON.stringify(config) + String(config.authentication.oidc?.clientSecret)).not.toContain("canary");
});

const CERTIFICATES: [string, () => ReturnType<typeof makeCertificate>, string][] = [
  ["self-signed", () => makeCertificate("hub.example.org", { selfSigned: true }), "is self-signed"],
  ["for another name", () => makeCertificate("other.example.org"), "is not for hub.example.org"],
  ["expired", () => makeCertificate("hub.example.org", { days: -1 }), "expired on"],
  [
    "of another key",
    async () => ({ ...(await makeCertificate("hub.example.org")), key: (await makeCertificate("x")).key }),
    "does not belong to the private key",
  ],
];

test.each(CERTIFICATES)("a certificate that is %s is refused on prod", async (_what, make, words) => {
  const message = refusal(await exampleConfig(exampleValues(), await make()));
  expect(message).toContain("tls.certificateFile");
  expect(message).toContain(words);
});

test("hosts for users need a certificate for them", async () => {
  const values = { ...exampleValues(), userSubdomains: true };
  const message = refusal(await exampleConfig(values));
  for (const word of ["tls.certificateFile", "is not for *.hub.example.org", "userSubdomains"])
    expect(message).toContain(word);
  const wildcard = await makeCertificate("hub.example.org", { subdomains: true });
  expect(validate(await exampleConfig(values, wildcard)).userSubdomains).toBe(true);
});

test("hosts for users need a name to lie below", async () => {
  const message = refusal(await exampleConfig({ ...exampleValues(), url: "https://192.0.2.10", userSubdomains: true }));
  expect(message).toContain("no name lies below an address");
});

test("a self-signed certificate will do on dev", async () => {
  const values = { ...exampleValues(), stage: "dev" };
  values.authentication = { ...values.authentication, allowAll: false, allowedUsers: ["alice"] };
  const config = validate(await exampleConfig(values, await makeCertificate("hub.example.org", { selfSigned: true })));
  expect(config.certificate).toBeDefined();
});

const HASH = `--hash=sha256:${"a".repeat(64)}`;
const installed = (install: object) => {
  const values = exampleValues();
  Object.assign(values.environments[0] as object, { install: { on: "login1", ...install } });
  return values;
};

test("an environment's lock is judged before any host is touched: file, line and next step", async () => {
  const own = { "site.txt": `jupyterlab==4.5.0 ${HASH}\njupyterhub==5.4.1 ${HASH}\njupyter-server==2.18.0 ${HASH}\n` };
  const message = refusal(await exampleConfig(installed({ lock: "site.txt" }), undefined, own));
  expect(message).toContain("jupyterhub-hpc:environments[0].install.lock");
  expect(message).toMatch(/"site\.txt", line 2: has jupyterhub 5\.4\.1, and the hub 6\./);
  expect(message).toMatch(/Next: lock it with jupyterhub==6\./);
  const bare = { "more.txt": "a==1\nb==1\nc==1\nd==1\n" };
  const many = refusal(await exampleConfig(installed({ packages: "more.txt" }), undefined, bare));
  expect(many.match(/"more\.txt", line [123]: ".==1" has no hash/g)).toHaveLength(3);
  expect(many).toContain("(and 1 more such lines)");
});

test("an environment that follows a file on the host takes its packages from nowhere else", async () => {
  const update = { lock: "/apps/site.lock" };
  const message = refusal(await exampleConfig(installed({ update, lock: "site.txt", wheels: "wheels" })));
  expect(message).toContain("environments[0].install.lock\n    contradicts install.update");
  expect(message).toContain("name a directory on the host: install.update.wheels");
  const conda = refusal(await exampleConfig(installed({ conda: "/opt/conda/bin/conda", wheels: "wheels" })));
  expect(conda).toContain("install.lock\n    is missing: with install.conda");
  expect(conda).toContain("install.wheels\n    is for pip, and contradicts install.conda");
  const odd = refusal(await exampleConfig(installed({ update: { ...update, schedule: "every; day" } })));
  expect(odd).toContain("environments[0].install.update.schedule");
  expect(odd).toContain("OnCalendar");
  const named = installed({ update });
  onHost(named);
  Object.assign(named.environments[0] as object, { name: "hub" });
  expect(refusal(await exampleConfig(named))).toContain("what the hub's own environment is called");
});

test("the packages of an environment are the project's, and those of the site beside them", async () => {
  const own = { "more.txt": `rocket==1.0 ${HASH}\n` };
  const { locks } = validate(await exampleConfig(installed({ packages: "more.txt" }), undefined, own));
  expect(locks.environments.lab).toMatch(/^jupyterhub==6[\s\S]*^rocket==1\.0 --hash/m);
});
