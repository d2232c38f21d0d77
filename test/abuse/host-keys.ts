/** Hosts that show another key than the pinned one, on both legs: from the hub to the login nodes, and from Pulumi to every host. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askForServer } from "./hub-client";
import { newJobs } from "./new-jobs";
import { stopServer } from "./options";
import { Session } from "./session";
import type { AbuseSite } from "./site";

const KEEP = "/etc/ssh/abuse-before";
/** New keys of every kind the host has; connections that are open end, as those of a host that was taken over would. */
const SWAP = `set -e
mkdir -m 0700 ${KEEP}; cp -p /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub ${KEEP}
for key in /etc/ssh/ssh_host_*_key; do
  kind=\${key#*ssh_host_}; rm -f "$key" "$key.pub"; ssh-keygen -q -t "\${kind%_key}" -N '' -f "$key"
done
systemctl restart ssh`;
const RESTORE = `if [ -d ${KEEP} ]; then cp -p ${KEEP}/* /etc/ssh/; rm -r ${KEEP}; systemctl restart ssh; fi`;

/** Gives hosts new keys before the cases, and ends connections that the hub's account has there; the old ones come back after them, or when told to. */
function withOtherKeys(site: () => AbuseSite, names: () => string[]): { restore(): Promise<void> } {
  const restore = async () => {
    for (const name of names()) await site().box.host(name).run(["bash", "-c", RESTORE]);
  };
  beforeAll(async () => {
    for (const name of names()) {
      expect((await site().box.host(name).run(["bash", "-c", SWAP])).stderr).toBe("");
      if (name !== site().hosts.hub) await site().box.host(name).run(["pkill", "-KILL", "-u", site().submitAccount]);
    }
  });
  afterAll(restore);
  return { restore };
}

function nothingFromPulumi(site: () => AbuseSite, names: () => string[]): void {
  test("get nothing from Pulumi: the preview stops and names the host and its key", async () => {
    const { exitCode, stdout, stderr } = await site().box.pulumi(["preview", "--non-interactive"], {
      timeoutSeconds: 240,
    });
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toMatch(/key/i);
    for (const name of names()) expect(stdout + stderr).toContain(name);
  });
}

/** Hosts that only Pulumi logs in to. */
export function administeredHostKeyAbuse(site: () => AbuseSite, names: string[]): void {
  describe("hosts that show another host key", () => {
    withOtherKeys(site, () => names);
    nothingFromPulumi(site, () => names);
  });
}

/** Login nodes, which the hub logs in to as well. */
export function hostKeyAbuse(site: () => AbuseSite): void {
  describe("login nodes that show another host key", () => {
    const logins = () => site().hosts.login;
    let session: Session;
    beforeAll(async () => {
      session = new Session(site().authority);
      expect((await site().logIn(session, site().mallory)).status).toBe(200);
      await stopServer(site(), session, site().mallory.name);
    });
    const { restore } = withOtherKeys(site, logins);

    test("get no submission from the hub: no job, and words that name the key", async () => {
      const before = await site().jobs();
      const answer = await askForServer(site(), session, site().mallory.name, "api", site().small.options);
      expect(answer.status, answer.text).toBeGreaterThanOrEqual(500);
      expect(answer.text).toMatch(/host key/i);
      expect(await newJobs(site(), before)).toEqual([]);
    });

    nothingFromPulumi(site, logins);

    test("are used again once they show the pinned one", async () => {
      await restore();
      const asked = async () =>
        (await askForServer(site(), session, site().mallory.name, "api", site().small.options)).status < 300;
      await site().box.waitFor("the hub to submit again", asked, 60);
      await stopServer(site(), session, site().mallory.name);
    });
  });
}
