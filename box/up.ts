/** `npm run box`, stage by stage. Each stage looks at what is there and does only what is missing. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { claim } from "./claim";
import { ensureRoots, rootDirectories } from "./debian/roots";
import { bundleProgram, deploy, ensureImage, waitForFront } from "./deploy";
import { ensureForwarders } from "./forwarder";
import { startMachine, waitBooted } from "./hosts/machine";
import { ensureNetwork } from "./hosts/network";
import { bootPlan, ensureIdentities } from "./hosts/plan";
import { ensureUsers } from "./hosts/users";
import { ensureIdentityProvider } from "./idp/provider-host";
import { cacheDir } from "./paths";
import { ensurePrograms, preflight } from "./preflight";
import { elapsed, say, stage } from "./progress";
import { startScheduler } from "./schedulers";
import { type Front, type Host, machines, type Site } from "./site";
import { ensureToolchain } from "./toolchain/toolchain";

async function isCached(site: Site): Promise<boolean> {
  const roots = machines(site).flatMap(rootDirectories);
  const directories = site.front === undefined ? roots : [...roots, join(cacheDir, "image")];
  const found = await Promise.all(
    directories.map((directory) =>
      stat(directory).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.every(Boolean);
}

async function boot(site: Site, host: Host): Promise<boolean> {
  const started = await startMachine(site, host, await bootPlan(site, host));
  await waitBooted(site, host);
  await ensureUsers(site, host);
  if (started) say(`  ${host.name} is up`);
  return started;
}

/**
 * Brings a site's box up.
 * @param withDeploy false: everything but `pulumi up`
 */
export async function up(site: Site, withDeploy: boolean): Promise<void> {
  await preflight(await isCached(site));
  await stage("programs of this machine", ensurePrograms);
  await stage("toolchain", async () => (await ensureToolchain()).origin);
  await stage("Debian roots", async () => {
    const built = await ensureRoots(machines(site));
    return built === 0 ? "cached" : `${built} built`;
  });
  if (site.front) await stage("hub and single-user wheels", async () => void (await ensureImage(site)));
  await stage("keys and certificates", async () => void (await ensureIdentities(site)));
  await stage("hosts of an earlier box", async () => ((await claim(site)) ? "removed" : "none in the way"));
  await stage("networks", async () => `${await ensureNetwork(site)} namespaces made`);
  await stage("hosts", async () => {
    const booted = await Promise.all(machines(site).map((host) => boot(site, host)));
    return `${booted.filter(Boolean).length} of ${booted.length} booted, the others were up`;
  });
  if (site.scheduler) await stage(`scheduler ${site.scheduler.name}`, () => startScheduler(site));
  const { identityProvider, front } = site;
  if (identityProvider)
    await stage("identity provider", async () =>
      (await ensureIdentityProvider(site, identityProvider)) ? "started" : "up already",
    );
  await stage("forwarders", async () => `${await ensureForwarders(site)} processes started`);
  if (front === undefined) return say("the hosts are ready; nothing is deployed on this site");
  if (!withDeploy) return say("the hosts are ready; nothing is deployed (--no-deploy)");
  await stage("program and plugins", async () => void (await bundleProgram()));
  await stage("pulumi up", () => deploy(site));
  await stage("log-in page", () => waitForFront(site, front).then(() => "answers"));
  process.stdout.write(farewell(site, front));
}

function farewell(site: Site, { url, user, password }: Front): string {
  return `
The box of ${site.name} is up (${elapsed().trim()}).

  Address   ${url}   (on this machine; its certificate is of the box's own authority, .box/${site.name}/ca.pem)
  User      ${user}
  Password  ${password}

  npm run box -- status | shell HOST | logs HOST | down
`;
}
