import { expect, test } from "vitest";
import { OFFLINE_FACTS } from "../../../plugins/host/facts/read-facts";
import { exampleConfig, exampleValues } from "../../../test/fixtures/configuration";
import { validate } from "../../config/validate";
import { renderFirewall } from "../firewall";
import { renderHubConfig } from "../hub-config";
import { renderTakingUp, standingOf } from "../requested-certificate";
import { servicesOf } from "../services";
import { hubSettings } from "../settings";
import { renderBackupUnits } from "../state-tool";
import { directly } from "./directly";
import { ownPackage } from "./software";
import { renderHostStateTool } from "./state";
import { renderHubProcess, renderProxyProcess } from "./units";

async function onHost(change: (values: ReturnType<typeof exampleValues>) => void = () => {}) {
  const values = exampleValues();
  delete values.hub.image;
  Object.assign(values.hub, { onHost: { proxy: "proxy.mjs" } });
  Object.assign(values.login, { local: true, nodes: [] });
  change(values);
  return validate(await exampleConfig(values));
}

const config = await onHost();

test("the units of proxy and hub", () => {
  expect(renderProxyProcess("example", config)).toMatchSnapshot();
  expect(renderHubProcess("example", config)).toMatchSnapshot();
});

test("what is the host's own is kept where such hosts keep it", () => {
  expect(config.hub.stateDirectory).toBe("/srv/jupyterhub");
  const text = renderHubConfig(hubSettings("example", config));
  expect(text).toContain('c.JupyterHub.db_url = "sqlite:////srv/jupyterhub/state/jupyterhub.sqlite"');
  expect(text).toContain('c.Authority.proxy_file = "/srv/jupyterhub-proxy/identity.pem"');
  expect(renderProxyProcess("example", config)).toContain("--ssl-cert /etc/jupyterhub/ssl/cert.pem");
});

test("the hub starts its own host's program, and answers servers at its inside address alone", async () => {
  const text = renderHubConfig(hubSettings("example", config));
  expect(text).toContain('"program": "/usr/local/lib/jupyterhub-hpc-jupyterhub/cluster"');
  expect(text).not.toMatch(/key_file|known_hosts_file/);
  expect(text).toContain('c.HubApp.servers_ip = "192.0.2.10"\nc.HubApp.servers_interface = "');
  const both = await onHost((v) => Object.assign(v.login, { nodes: exampleValues().login.nodes }));
  const mixed = renderHubConfig(hubSettings("example", both));
  expect(mixed.indexOf('"program"')).toBeLessThan(mixed.indexOf('"login1"'));
  expect(mixed).toContain("c.LoginNodes.key_file");
});

test("the proxy runs as another account than the hub, and neither sees what is the other's", () => {
  const [proxy, hub] = [renderProxyProcess("example", config), renderHubProcess("example", config)];
  expect(proxy).toContain("User=jupyterhub-proxy\n");
  expect(proxy).toContain("InaccessiblePaths=/srv/jupyterhub /etc/jupyterhub/secrets /etc/jupyterhub/ssh\n");
  expect(hub).toContain("User=jupyterhub\n");
  expect(hub).toContain("InaccessiblePaths=/etc/jupyterhub/ssl -/srv/jupyterhub/backups\n");
});

test("what hub and proxy say on the loopback interface is not for the host's other users", async () => {
  const rules = renderFirewall("example", config, OFFLINE_FACTS)
    .split("\n")
    .filter((line) => line.includes("skuid"));
  expect(rules).toEqual([
    '\t\toifname "lo" tcp dport 8082 meta skuid != { "root", "jupyterhub", "jupyterhub-proxy" } reject with tcp reset',
    '\t\toifname "lo" tcp dport 8001 meta skuid != { "root", "jupyterhub" } reject with tcp reset',
    '\t\toifname "lo" tcp dport 8003 meta skuid != { "root", "jupyterhub" } reject with tcp reset',
  ]);
  expect(renderFirewall("example", validate(await exampleConfig()), OFFLINE_FACTS)).not.toContain("output");
});

test("behind a web server the proxy answers on the loopback address alone, and needs no port below 1024", async () => {
  const unit = renderProxyProcess("example", await onHost((values) => Object.assign(values, { web: { nginx: {} } })));
  expect(unit).toContain("--ip 127.0.0.1 --port 8443");
  expect(unit).toContain('Environment="JUPYTERHUB_PROXY_BEHIND_WEB_SERVER=1"\n');
  expect(unit).not.toContain("CAP_NET_BIND_SERVICE");
  expect(renderProxyProcess("example", config)).not.toContain("BEHIND_WEB_SERVER");
});

test.each([
  [
    "Debian 12 without Node.js",
    { os: { id: "debian", versionId: "12", idLike: [] } },
    /sharc1 is debian 12.*package nodejs is version 18.*Next: install/,
  ],
  ["an old one", { nodeVersion: "18.20.4" }, /sharc1 has Node\.js 18\.20\.4; hub\.onHost needs 20/],
  [
    "el9 without one",
    { os: { id: "rocky", versionId: "9.6", idLike: ["rhel"] }, packageManager: "dnf" as const },
    /version 16.*Next: dnf module/,
  ],
])("a host whose Node.js is too old is refused before anything is changed: %s", (_name, facts, words) => {
  const refused = directly(config.hub).refusal({ ...OFFLINE_FACTS, hostname: "sharc1", ...facts });
  expect(refused).toMatch(words);
});

test.each([
  ["Debian 13 without", {}],
  ["Debian 12 with 20 from elsewhere", { os: { id: "debian", versionId: "12", idLike: [] }, nodeVersion: "20.0.0" }],
  ["an Ubuntu with 22", { os: { id: "ubuntu", versionId: "24.04", idLike: ["debian"] }, nodeVersion: "22.3.0" }],
])("one that is new enough, or will be, is not: %s", (_name, facts) => {
  expect(directly(config.hub).refusal({ ...OFFLINE_FACTS, ...facts })).toBeUndefined();
});

test("no secret is in a unit, nor in the program that looks after the state", () => {
  for (const render of [renderHubProcess, renderProxyProcess, renderHostStateTool])
    expect(render("example", config)).not.toContain("canary");
});

test("the hub starts when its state was looked at, and the proxy takes up a renewed certificate where it is", () => {
  const [proxy, hub] = [renderProxyProcess("example", config), renderHubProcess("example", config)];
  // As root and outside of the unit, to which the backups do not exist; what is wrong, the hub's start finds out itself.
  expect(hub).toContain("ExecStartPre=-+/usr/local/sbin/jupyterhub-state prepare\n");
  expect(hub).toContain(
    "-m jupyterhub_hpc.state.guarded_start \\\n  /opt/jupyterhub-hpc/bin/python -P -m jupyterhub_hpc -f",
  );
  expect(hub).toContain("TimeoutStartSec=900\n");
  expect(proxy).toContain("ExecReload=/bin/kill -HUP $MAINPID\n");
  expect(hub).not.toContain("ExecReload");
});

test("the program that looks after the state is the hub's own environment, as the hub's account, with the backups", () => {
  const tool = renderHostStateTool("example", config);
  expect(tool).toContain("account=jupyterhub\n");
  for (const word of ["HUB_STATE=/srv/jupyterhub/state", "HUB_BACKUPS=/srv/jupyterhub/backups", "HUB_HTTPS_PORT=443"])
    expect(tool).toContain(word);
  expect(tool).toMatch(
    /\. \/etc\/jupyterhub\/proxy\.env; exec "\$@"' sh \\\n +\/opt\/jupyterhub-hpc\/bin\/python \\\n +-P -m jupyterhub_hpc\.state /,
  );
  expect(tool).not.toMatch(/podman|jupyterhub-network/);
  expect(renderBackupUnits("example", config.hub, null).service).not.toMatch(/^(Wants|After)=/m);
});

test("hub and proxy wait for a certificate that is yet to come", async () => {
  const waiting = await onHost((values) => Object.assign(values, { tls: { request: true } }));
  for (const render of [renderProxyProcess, renderHubProcess]) {
    expect(render("example", waiting)).toContain("ConditionPathExists=/etc/jupyterhub/ssl/hub.pem\n");
    expect(render("example", config)).not.toContain("ConditionPathExists");
  }
  expect(renderProxyProcess("example", waiting)).toContain(
    "--ssl-cert /etc/jupyterhub/ssl/hub.pem --ssl-key /etc/jupyterhub/ssl/hub.key",
  );
  const { notice } = standingOf({ certificate: "", publicKey: "", config: waiting, now: new Date() });
  for (const words of ["is missing", "/etc/jupyterhub/ssl/hub.csr on 192.0.2.10", "/etc/jupyterhub/ssl/hub.pem on"])
    expect(notice).toContain(words);
  expect(renderTakingUp("example", waiting.hub).path).toContain("PathChanged=/etc/jupyterhub/ssl/hub.pem\n");
});

test("what runs on the host: no network of containers, but who checks passwords, and the web server", async () => {
  expect(servicesOf(config)).toEqual(["jupyterhub-proxy", "jupyterhub-hub"]);
  const all = await onHost((values) =>
    Object.assign(values, { web: { nginx: {} }, authentication: { pam: {}, allowAll: true } }),
  );
  expect(servicesOf(all)).toEqual(["jupyterhub-login", "jupyterhub-proxy", "jupyterhub-hub", "nginx"]);
  expect(servicesOf(validate(await exampleConfig()))[0]).toBe("jupyterhub-network");
});

test("the project's package is in the environment whole, without what is made from it", () => {
  const names = Object.keys(ownPackage("runtime/jupyterhub_hpc"));
  expect(names).toEqual(
    expect.arrayContaining([
      "lib/jupyterhub-hpc/jupyterhub_hpc/__main__.py",
      "lib/jupyterhub-hpc/jupyterhub_hpc/schedulers/slurm.py",
      "lib/jupyterhub-hpc/jupyterhub_hpc/templates/page.html",
    ]),
  );
  expect(names.filter((name) => name.includes("__pycache__"))).toEqual([]);
});
