/** Debian's chromium in the network of the box's client, driven by playwright. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts chromium in a network namespace; `prefix` is the command that enters it. */
export async function startBrowser(prefix: readonly string[]): Promise<{ browser: Browser; close(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), "browser-"));
  const launcher = join(directory, "chromium");
  const quoted = prefix.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  writeFileSync(launcher, `#!/bin/sh\nexec ${quoted} /usr/bin/chromium "$@"\n`);
  chmodSync(launcher, 0o755);
  const browser = await chromium.launch({ executablePath: launcher, args: FLAGS, headless: true, timeout: 60_000 });
  return {
    browser,
    async close() {
      await browser.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A person's browser window: no cookies yet. The box's authority is not in chromium's store, so its word is not asked; another test checks the certificate. */
export async function newPerson(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 860 } });
  context.setDefaultTimeout(60_000);
  return context;
}
