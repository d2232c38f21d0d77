/** What a person does in front of the hub: log in, choose resources, run a cell. */
import type { Browser, Page } from "playwright-core";
import { newPerson } from "./browser";

/** Opens the hub and logs in at the identity provider. Ends wherever the hub leads then. */
export async function logIn(page: Page, url: string, user: string, password: string): Promise<void> {
  await page.goto(`${url}/hub/login`);
  await page.getByRole("button", { name: /log in with/i }).click();
  await page.locator('input[name="login"]').fill(user);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('button[type="submit"]').click();
  await page.waitForURL((address) => address.toString().startsWith(url), { waitUntil: "load" });
}

/** Fills the hub's own log-in form and sends it. Ends wherever the hub leads then, on the form again if it refuses. */
export async function logInByPassword(page: Page, url: string, user: string, password: string): Promise<void> {
  await page.goto(`${url}/hub/login`);
  await page.locator("#username_input").fill(user);
  await page.locator("#password_input").fill(password);
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await page.locator("#login_submit").click();
  await answered;
  await page.waitForLoadState("load");
}

/** What the hub answers to somebody new who logs in with this name: the status and the text of the page he ends on. */
export async function answerTo(browser: Browser, url: string, user: string): Promise<{ status: number; text: string }> {
  const page = await (await newPerson(browser)).newPage();
  let status = 0;
  page.on("response", (response) => {
    if (response.url().startsWith(`${url}/hub/`) && response.request().isNavigationRequest())
      status = response.status();
  });
  await logIn(page, url, user, `${user}-box`);
  const text = (await page.locator("body").textContent()) ?? "";
  await page.context().close();
  return { status, text };
}

/** The form's advanced tab. */
export interface Choice {
  partition: string;
  cores: number;
  /** hours:minutes:seconds */
  runtime: string;
}

/** Fills the form; it is not sent yet. */
export async function chooseResources(page: Page, choice: Choice): Promise<void> {
  await page.locator("#spawn_form").waitFor();
  await page.locator("#advanced_tab_link").click();
  await page.locator("#menu1.show").waitFor();
  await page.locator('#spawn_form select[name="partition"]').selectOption(choice.partition);
  await page.locator('#spawn_form input[name="nprocs"]').fill(String(choice.cores));
  await page.locator('#spawn_form input[name="runtime"]').fill(choice.runtime);
}

/** Sends the form and waits until JupyterLab is there. */
export async function startServer(page: Page, user: string): Promise<void> {
  await page.locator('#spawn_form [type="submit"], form [type="submit"]').last().click();
  await page.waitForURL(new RegExp(`/user/${user}/lab`), { timeout: 180_000 });
  await page.locator(".jp-Launcher:visible, .jp-Notebook:visible").first().waitFor({ timeout: 120_000 });
}

/** Stops the server from the hub's page. The page's own script may not listen to the button yet: it is pressed until it does. */
export async function stopServer(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/hub/home`);
  const asked = page.waitForRequest((request) => request.method() === "DELETE" && /\/server/.test(request.url()));
  const pressed = (async () => {
    const button = page.locator("#stop");
    while (await button.isVisible()) {
      await button.click({ timeout: 2000 }).catch(() => undefined); // hidden in between: it was heard
      await page.waitForTimeout(500);
    }
  })();
  await Promise.all([asked, pressed]);
}

/** Opens JupyterLab as if for the first time, and a new notebook from its launcher. */
export async function newNotebook(page: Page): Promise<void> {
  await page.goto(`${page.url().replace(/\/lab.*/, "/lab")}?reset`);
  await page.locator('.jp-LauncherCard[data-category="Notebook"]').first().click();
  await page.locator(".jp-Notebook .jp-CodeCell .cm-content").first().waitFor();
  // Until the kernel is connected JupyterLab drops what is run, without a word.
  await page
    .locator("#jp-main-statusbar")
    .getByText(/\| Idle/)
    .waitFor({ timeout: 120_000 });
}

/** Runs code in the notebook's last cell and gives what it printed. */
export async function runCell(page: Page, code: string): Promise<string> {
  const cells = page.locator(".jp-Notebook .jp-CodeCell");
  // Running a cell adds another below it, which `last` would then mean.
  const cell = cells.nth((await cells.count()) - 1);
  await cell.locator(".cm-content").click();
  await page.keyboard.insertText(code);
  await page.keyboard.press("Shift+Enter");
  const output = cell.locator(".jp-OutputArea-output");
  await output.first().waitFor();
  return (await output.allInnerTexts()).join("\n").trim();
}
