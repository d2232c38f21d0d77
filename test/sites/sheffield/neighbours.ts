/** Hub and proxy on the Sheffield site: two accounts of a host that has the cluster's users as well. */
import type { Neighbours } from "../../abuse/neighbours";
import type { AbuseSite } from "../../abuse/site";

const ACCOUNTS = { hub: "jupyter", proxy: "jupyter-proxy" };
/** CAP_SETUID, CAP_SETGID, CAP_AUDIT_WRITE, CAP_KILL, CAP_SYS_RESOURCE and CAP_DAC_READ_SEARCH, as bits: what sudo needs (components/hub/on-host/units.ts). */
const FOR_SUDO = (1n << 7n) | (1n << 6n) | (1n << 29n) | (1n << 5n) | (1n << 24n) | (1n << 2n);

/** They are looked at from within what systemd shows each of the two. */
export function neighboursOf({ box, hosts }: AbuseSite): Neighbours {
  const host = box.host(hosts.hub);
  const pidOf = async (process: "hub" | "proxy") =>
    (await host.run(["systemctl", "show", "--value", "--property=MainPID", `jupyterhub-${process}`])).stdout.trim();
  return {
    inside: async (process, ...argv) => {
      const account = ACCOUNTS[process];
      const become = ["setpriv", `--reuid=${account}`, `--regid=${account}`, "--init-groups", "--inh-caps=-all"];
      return host.run(["nsenter", `--target=${await pidOf(process)}`, "--mount", "--wd=/", "--", ...become, ...argv]);
    },
    status: async (process) => host.read(`/proc/${await pidOf(process)}/status`),
    ofTheHub: [
      "/etc/jupyterhub/jupyterhub_config.py",
      "/srv/jupyterhub/state/jupyterhub.sqlite",
      "/srv/jupyterhub/state/jupyterhub_cookie_secret",
    ],
    onTheHost: [
      "/etc/jupyterhub/jupyterhub_config.py",
      "/etc/jupyterhub/proxy.env",
      "/etc/jupyterhub/ssl/key.pem",
      "/srv/jupyterhub/state/jupyterhub.sqlite",
      "/srv/jupyterhub/state/jupyterhub_cookie_secret",
    ],
    directories: ["/etc/jupyterhub", "/srv/jupyterhub", "/srv/jupyterhub-proxy"],
    others: ["nobody", "alice"],
    confined: [
      // It starts sudo, which becomes a user by the bounding set; it has none of these itself.
      { process: "hub", capabilities: { effective: 0n, bounding: FOR_SUDO }, gains: true },
      { process: "proxy", capabilities: { effective: 0n, bounding: 0n }, gains: false },
    ],
  };
}
