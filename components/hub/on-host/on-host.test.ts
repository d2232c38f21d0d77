import { expect, test } from "vitest";
import { OFFLINE_FACTS } from "../../../plugins/host/facts/read-facts";
import { exampleConfig, exampleValues } from "../../../test/fixtures/configuration";
import { validate } from "../../config/validate";
import { renderFirewall } from "../firewall";
import { renderHubConfig } from "../hub-config";
import { hubSettings } from "../settings";
import { ownPackage } from "./software";
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
  expect(hub).toContain("InaccessiblePaths=/etc/jupyterhub/ssl\n");
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

test("no secret is in a unit", () => {
  for (const text of [renderHubProcess("example", config), renderProxyProcess("example", config)])
    expect(text).not.toContain("canary");
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
