/** A page of one user that acts in another's browser: it does on one domain, and does not with a host for each user. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { AbuseSite } from "./site";

/** The attacker's page: it opens the victim's API in a window and reads what is shown, asks with the victim's cookies, and writes. */
const PAGE = `<!doctype html><title>waiting</title><script>
const target = location.hash.slice(1);
const within = (promise, seconds) => Promise.race([promise, new Promise((_, no) => setTimeout(() => no(new Error("silence")), seconds * 1000))]);
const reads = async () => {
  const other = window.open(target + "api/contents/abuse-canary.txt");
  for (let i = 0; i < 50; i++) {
    await new Promise((done) => setTimeout(done, 100));
    const text = other.document.body ? other.document.body.innerText : "";
    if (text.includes("canary-of-the-victim")) return "read";
  }
  return "nothing there";
};
const fetches = async () => (await (await fetch(target + "api/contents/abuse-canary.txt", { credentials: "include" })).text()).includes("canary-of-the-victim") ? "read" : "refused";
const writes = async () => { await fetch(target + "api/contents/abuse-written.txt", { method: "PUT", mode: "no-cors", credentials: "include", body: '{"type":"file","format":"text","content":"x"}' }); return "sent"; };
const posts = async () => { await fetch(target + "api/terminals", { method: "POST", mode: "no-cors", credentials: "include" }); return "sent"; };
(async () => {
  const found = {};
  for (const [name, attempt] of Object.entries({ reads, fetches, writes, posts }))
    found[name] = await within(attempt(), 10).catch((error) => "denied: " + error.name);
  document.title = JSON.stringify(found);
})();
</script>`;

const FILES = { page: "abuse-page/evil.html", config: ".jupyter/jupyter_server_config.py" };

/** Puts the page where the attacker's server shows it to everybody, without a log-in. Gives what takes it away. */
export async function placePage(site: AbuseSite): Promise<() => Promise<void>> {
  const host = site.box.host(site.hosts.submit);
  const write = async (user: string, path: string, text: string) => {
    const script = 'cd "$HOME" && mkdir -p "$(dirname "$0")" && cat >"$0"';
    const { exitCode, stderr } = await host.run(["sh", "-c", script, path], { user, input: text });
    expect(exitCode, stderr).toBe(0);
  };
  const { alice, mallory } = site;
  await write(mallory.name, FILES.page, PAGE);
  await write(
    mallory.name,
    FILES.config,
    'import os\nc.ServerApp.extra_static_paths = [os.path.expanduser("~/abuse-page")]\n',
  );
  await write(alice.name, "abuse-canary.txt", "canary-of-the-victim");
  return async () => {
    await host.run(["sh", "-c", `cd "$HOME" && rm -rf abuse-page ${FILES.config}`], { user: mallory.name });
    await host.run(["sh", "-c", 'cd "$HOME" && rm -f abuse-canary.txt abuse-written.txt'], { user: alice.name });
  };
}

/** What the attacker's page got done, in the browser of somebody who is logged in to the victim's server. */
export async function followLink(page: Page, attackers: string, victims: string): Promise<Record<string, string>> {
  await page.goto(`${attackers}static/evil.html#${victims}`);
  await page.waitForFunction('document.title.startsWith("{")', undefined, { timeout: 60_000 });
  return JSON.parse(await page.title()) as Record<string, string>;
}
