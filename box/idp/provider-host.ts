/** Puts the identity provider onto its host and keeps it running. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { mustRunOn, runOn } from "../hosts/run";
import { checkout, runDir } from "../paths";
import { hostNamed, type IdentityProvider, type Site } from "../site";
import { waitUntil } from "../wait";

const directory = "/opt/idp";

/** What the host must see of this machine: its Node.js. */
export const providerBinds = [{ from: process.execPath, to: `${directory}/node`, readOnly: true }];

const unit = `[Unit]
Description=Identity provider of the box
After=network.target

[Service]
User=idp
ExecStart=${directory}/node ${directory}/server.mjs ${directory}/settings.json ${directory}/server.crt ${directory}/server.key
Restart=on-failure

[Install]
WantedBy=multi-user.target
`;

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [join(checkout, "box/idp/server.ts")],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node20",
    // Some of the packages are CommonJS and call require().
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "error",
  });
  return result.outputFiles[0]?.text ?? "";
}

/**
 * Starts the identity provider, or restarts it when its program, accounts or certificate changed.
 * @returns true when it was (re)started
 */
export async function ensureIdentityProvider(site: Site, spec: IdentityProvider): Promise<boolean> {
  const host = hostNamed(site, spec.host);
  const files: { [path: string]: string } = {
    [`${directory}/server.mjs`]: await bundle(),
    [`${directory}/settings.json`]: JSON.stringify(spec, undefined, 2),
    [`${directory}/server.crt`]: await readFile(runDir(site.name, `${host.name}.crt`), "utf8"),
    [`${directory}/server.key`]: await readFile(runDir(site.name, `${host.name}.key`), "utf8"),
    "/etc/systemd/system/idp.service": unit,
  };
  await mustRunOn(site, host, ["sh", "-c", "getent passwd idp >/dev/null || useradd --system --home-dir /opt/idp idp"]);
  let changed = false;
  for (const [path, content] of Object.entries(files)) {
    if ((await runOn(site, host, ["cat", path])).stdout === content) continue;
    await mustRunOn(
      site,
      host,
      ["sh", "-c", 'cat > "$0" && chmod "$1" "$0"', path, path.endsWith(".service") ? "0644" : "0600"],
      {
        input: content,
      },
    );
    changed = true;
  }
  if (changed) {
    const script = `chown idp: ${directory}/server.* ${directory}/settings.json && systemctl daemon-reload && systemctl enable idp && systemctl restart idp`;
    await mustRunOn(site, host, ["sh", "-c", script]);
  }
  const discovery = `https://${spec.name}:${spec.port}/.well-known/openid-configuration`;
  const probe = [
    "curl",
    "-sf",
    "-m",
    "3",
    "--cacert",
    `${directory}/server.crt`,
    "--connect-to",
    `::127.0.0.1:${spec.port}`,
    discovery,
  ];
  await waitUntil("the identity provider to answer", async () => (await runOn(site, host, probe)).exitCode === 0, 30);
  return changed;
}
