import { LOCAL_NODE } from "../../components/config/login";
import { accountOn, HUB_ENVIRONMENT, updateUnit } from "../../components/environments/kept";
import { compareHubs } from "../../components/environments/requirements";
import type { Host } from "../../plugins/host/connection/host";
import { type EnvironmentStatus, environmentStatus, hostsWithEnvironments } from "../deployed/environments";
import { alarm, type Check, type Deployed, type Finding, ok, warning } from "./check";

/** One environment as it is, and what it is judged by. */
export interface Looked {
  status: Pick<EnvironmentStatus, "name" | "path" | "version" | "jupyterhub" | "lock" | "goneBack" | "failure">;
  /** The host that it was looked at on. */
  host: string;
  /** Version of jupyterhub that the hub runs; empty: not known. */
  hub: string;
  /** The timer's unit, and what systemd says of it; left out where there is none. */
  timer?: { unit: string; state: string };
}

/** Judges what is really installed. */
export function judgeEnvironment({ status, host, hub, timer }: Looked): Finding[] {
  const { name, path, version, jupyterhub, lock, goneBack, failure } = status;
  const where = `${name} (${path} on ${host})`;
  if (version === "")
    return [alarm(`${where} is not there`, lock === "" ? "pulumi up" : `put the lock file at ${lock}, and pulumi up`)];
  const findings: Finding[] = [];
  if (failure !== null) {
    const at = new Date(failure.at * 1000).toISOString().slice(0, 16).replace("T", " ");
    const [what = "", next] = failure.words.split(/ Next: (.*)/s);
    findings.push(
      alarm(`${name} was not updated at ${at} UTC: ${what}`, next ?? `mend ${lock}; the timer tries again`),
    );
  }
  if (timer && timer.state !== "active")
    findings.push(alarm(`${timer.unit} is ${timer.state}: ${name} is not updated`, "pulumi up"));
  if (goneBack)
    findings.push(warning(`${where} was put back to ${version} by hand`, `put a lock that is right at ${lock}`));
  findings.push(versionFinding(where, jupyterhub, hub, name === HUB_ENVIRONMENT));
  return findings;
}

function versionFinding(where: string, jupyterhub: string, hub: string, isHub: boolean): Finding {
  const has = `${where} has jupyterhub ${jupyterhub || "none"}`;
  if (isHub || hub === "") return ok(has);
  const found = jupyterhub === "" ? "apart" : compareHubs(jupyterhub, hub);
  const next = `lock jupyterhub==${hub} for it, and install that`;
  if (found === "apart") return alarm(`${has}, the hub ${hub}: log-ins to its servers fail`, next);
  return found === "near" ? warning(`${has}, the hub ${hub}: they work together`, next) : ok(`${has}, as the hub`);
}

const LOOK = {
  name: "doctor_environment",
  body: '[ -e "$1" ] || echo none; ls -d "$1"/lib/python3*/site-packages/jupyterhub-*.dist-info 2>/dev/null | sed "s/.*jupyterhub-//; s/[.]dist-info$//" || :',
};
const TIMER = { name: "doctor_is_active", body: 'systemctl is-active "$1" || :' };

/** Environments that are somebody else's to make: what is in them is looked at all the same. */
async function others({ config, hub, login }: Deployed, version: string): Promise<Finding[]> {
  const [[name, host] = [LOCAL_NODE, hub] as [string, Host]] = login;
  const there = config.environments.filter(({ install }) => !install);
  return Promise.all(
    there.map(async ({ name: of, path }) => {
      const found = (await host.must(`look at ${path}`, { script: LOOK, args: [path] })).trim();
      // Its Python may come from a module, or lie where compute nodes alone see it.
      if (found === "" || found === "none") return ok(`${of} (${path}) cannot be looked into from ${name}`);
      return versionFinding(`${of} (${path} on ${name})`, found.split("\n")[0] ?? "", version, false);
    }),
  );
}

export const check: Check = {
  name: "environments",
  look: async (deployed) => {
    const { config, hub, login, report } = deployed;
    const hosts = await Promise.all(
      hostsWithEnvironments(config).map(async (kept) => {
        const host = login.get(kept.name) ?? hub;
        return { ...kept, host, found: await environmentStatus(host, kept.program) };
      }),
    );
    const own = hosts.flatMap(({ found }) => found).find(({ name }) => name === HUB_ENVIRONMENT);
    const version = config.hub.onHost
      ? (own?.jupyterhub ?? "")
      : await report.then(
          (r) => r.jupyterhub ?? "",
          () => "",
        );
    const looked = await Promise.all(
      hosts.flatMap(({ name, host, found }) =>
        found.map(async (status) => {
          const unit = `${updateUnit(accountOn(name, config), status.name)}.timer`;
          if (status.lock === "") return judgeEnvironment({ status, host: name, hub: version });
          const state = (await host.must(`ask for ${unit}`, { script: TIMER, args: [unit] })).trim();
          return judgeEnvironment({ status, host: name, hub: version, timer: { unit, state } });
        }),
      ),
    );
    return [...looked.flat(), ...(await others(deployed, version))];
  },
};
