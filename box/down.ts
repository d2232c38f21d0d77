/** `npm run box -- down`: ends what the box started, by its own ids, and forgets everything but keys, certificates and the cache. */
import { rm } from "node:fs/promises";
import { stopForwarders } from "./forwarder";
import { stopMachine } from "./hosts/machine";
import { removeNetwork } from "./hosts/network";
import { removeOverlay } from "./hosts/overlay";
import { bulkDir, runDir } from "./paths";
import { stage } from "./progress";
import { machines, type Site } from "./site";

/** Takes a site's box down. The next `npm run box` starts with bare hosts. */
export async function down(site: Site): Promise<void> {
  await stage("forwarders", async () => void (await stopForwarders(site)));
  await stage("hosts", async () => {
    const stopped = await Promise.all(machines(site).map((host) => stopMachine(site, host)));
    return `${stopped.filter(Boolean).length} shut down`;
  });
  await stage("networks", async () => void (await removeNetwork(site)));
  await stage("overlays and Pulumi's state", async () => {
    for (const host of machines(site)) await removeOverlay(site, host);
    await rm(bulkDir(site.name), { recursive: true, force: true });
    await rm(runDir(site.name, "state"), { recursive: true, force: true });
    await rm(runDir(site.name, "log"), { recursive: true, force: true });
    return "removed";
  });
}
