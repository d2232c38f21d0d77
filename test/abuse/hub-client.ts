/** What an attacker with a log-in asks of the hub, by every way there is. */
import type { Answer, Sent, Session } from "./session";
import type { AbuseSite } from "./site";

/** A way to ask for a server. */
export type Way = "api" | "form" | "query";

/** A request to the hub's REST API with the session's cookies and its XSRF token, as the hub's own page would send it. */
export function callApi(site: AbuseSite, session: Session, path: string, sent: Sent = {}): Promise<Answer> {
  const address = `${site.url}/hub/api${path}`;
  return session.send(address, {
    ...sent,
    headers: { "X-XSRFToken": session.cookie(address, "_xsrf"), ...sent.headers },
  });
}

/** Asks for a user's server with these options. What a form cannot hold is sent as text, as a hostile page's would be. */
export function askForServer(
  site: AbuseSite,
  session: Session,
  user: string,
  way: Way,
  options: unknown,
): Promise<Answer> {
  if (way === "api") return callApi(site, session, `/users/${user}/server`, { method: "POST", body: options });
  const fields = new URLSearchParams();
  for (const [key, value] of Object.entries(Object(options) as Record<string, unknown>))
    for (const one of [value].flat()) fields.append(key, typeof one === "string" ? one : JSON.stringify(one));
  const address = new URL(`${site.url}/hub/spawn/${user}`);
  if (way === "query") {
    for (const [key, value] of fields) address.searchParams.append(`opt-${key}`, value);
    return session.send(address, { headers: { "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate" } });
  }
  address.searchParams.set("_xsrf", session.cookie(address, "_xsrf"));
  return session.send(address, { method: "POST", body: fields });
}
