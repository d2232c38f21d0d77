/** A person with a notebook whose kernel has to keep its variables, whatever is done to the machines around it. */
import type { Page } from "playwright-core";
import { newPerson, type startBrowser } from "../browser/browser";
import { newNotebook, runCell, startServer } from "../browser/person";
import type { FaultSite } from "./site";

/** Logs in, starts a server and gives its kernel something to remember. */
export async function keepKernel(
  site: FaultSite,
  browser: Awaited<ReturnType<typeof startBrowser>>,
  person = site.alice,
): Promise<Page> {
  const page = await (await newPerson(browser.browser)).newPage();
  await site.fillForm(page, person);
  await startServer(page, person.name);
  await newNotebook(page);
  await runCell(page, "answer = 6 * 7\nprint('kept')");
  return page;
}

/** What the kernel remembers, in a page loaded anew: nobody logs in again. */
export async function remembered(page: Page): Promise<string> {
  await page.reload();
  await page.locator(".jp-Notebook .jp-CodeCell .cm-content").first().waitFor({ timeout: 120_000 });
  await page
    .locator("#jp-main-statusbar")
    .getByText(/\| Idle/)
    .waitFor({ timeout: 120_000 });
  return runCell(page, "print('still', answer)");
}
