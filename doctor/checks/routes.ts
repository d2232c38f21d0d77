import { alarm, type Check, type Finding, ok } from "./check";
import type { Report } from "./report";

/** A server that has just been asked for has no route yet. */
const STARTING_SECONDS = 600;

/** Judges the proxy's routes against the servers in the hub's database. */
export function judgeRoutes({ routes }: Pick<Report, "routes">, now: Date): Finding[] {
  const restart =
    "on the hub host: systemctl restart jupyterhub-hub (it gives the proxy all its routes; no server ends)";
  if (routes.problem !== null) return [alarm(routes.problem, "on the hub host: journalctl -u jupyterhub-proxy -n 50")];
  if (!routes.there.includes("/")) return [alarm("the proxy has no way to the hub", restart)];
  const missing = routes.expected.filter(({ route, started }) => {
    const seconds = (now.getTime() - Date.parse(`${started.replace(" ", "T")}Z`)) / 1000;
    return !routes.there.includes(route) && !(seconds < STARTING_SECONDS);
  });
  if (missing.length > 0)
    return [alarm(`the proxy has no way to ${missing.map(({ route }) => route).join(", ")}`, restart)];
  return [ok(`the proxy leads to the hub and to ${routes.there.length - 1} servers`)];
}

export const check: Check = { name: "routes", look: async ({ report, now }) => judgeRoutes(await report, now) };
