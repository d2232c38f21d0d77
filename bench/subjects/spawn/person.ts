import type { Box } from "../../../box/api";
import { newPerson, startBrowser } from "../../../test/browser/browser";
import { logIn } from "../../../test/browser/person";

const URL = "https://hub.localhost:8443";

/** A token of a user of the box for the hub's API, good for an hour, made by the user in a browser. */
export async function apiToken(box: Box, user: string): Promise<string> {
  const browser = await startBrowser(box.netns("outside").prefix);
  try {
    const page = await (await newPerson(browser.browser)).newPage();
    await logIn(page, URL, user, `${user}-box`);
    await page.goto(`${URL}/hub/token`);
    const made = await page.evaluate(`(async () => {
      const headers = { "X-XSRFToken": window.jhdata.xsrf_token, "Content-Type": "application/json" };
      const body = JSON.stringify({ note: "bench", expires_in: 3600 });
      const answer = await fetch("/hub/api/users/${user}/tokens", { method: "POST", headers, body });
      return { status: answer.status, text: await answer.text() };
    })()`);
    const { status, text } = made as { status: number; text: string };
    if (status !== 201) throw new Error(`the hub gave ${user} no token (${status}): ${text.slice(0, 500)}`);
    return (JSON.parse(text) as { token: string }).token;
  } finally {
    await browser.close();
  }
}
