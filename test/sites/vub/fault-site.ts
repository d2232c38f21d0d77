/** The VUB site as the fault suite breaks it: Slurm behind two login nodes, the hub in containers. */

import { chooseResources, logIn } from "../../browser/person";
import { breakProgram, cutFromHub, silence } from "../../faults/causes";
import type { FaultSite } from "../../faults/site";
import { hubAnswers } from "../hub-answers";
import { vubUnderAttack } from "./abuse-site";

const CONF = "/etc/slurm/slurm.conf";
const SETTINGS = "/usr/local/lib/jupyterhub-hpc-jupyterhub/cluster.json";

/** Takes hold of the site; its box is up. */
export async function vubUnderFaults(): Promise<FaultSite> {
  const site = await vubUnderAttack();
  const { box } = site;
  const must = async (host: string, script: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await box.host(host).run(["sh", "-euc", script], { timeoutSeconds: 120 });
    if (exitCode !== 0) throw new Error(`on ${host}, ${script}: ${stderr}`);
    return stdout;
  };
  const slurm = (script: string) => must("slurm", script);
  return {
    ...site,
    units: {
      hub: "jupyterhub-hub.service",
      proxy: "jupyterhub-proxy.service",
      network: "jupyterhub-network.service",
    },
    hubConfig: "/etc/jupyterhub/jupyterhub_config.py",
    hubAnswers: () => hubAnswers(box),
    live: async () => {
      const lines = (await slurm("squeue --noheader --sort=i --format='%i|%u|%T|%N'")).split("\n").filter(Boolean);
      const jobs = lines.map((line) => line.split("|") as [string, string, string, string]);
      return jobs
        .filter(([, , state]) => state !== "COMPLETING")
        .map(([id, user, state, node]) => ({ id, user, runs: state === "RUNNING", node }));
    },
    fillForm: async (page, person) => {
      await logIn(page, site.url, person.name, person.password);
      await page.goto(`${site.url}/hub/spawn`);
      await chooseResources(page, { partition: "short", cores: 1, runtime: "1:00:00" });
    },
    scheduler: {
      stop: async () => void (await slurm("systemctl stop slurmctld")),
      start: async () => void (await slurm("systemctl start slurmctld")),
      away: /Slurm cannot be asked.*slurm controller/is,
      hold: async () => void (await slurm("scontrol update partitionname=short state=down")),
      release: async () => void (await slurm("scontrol update partitionname=short state=up")),
      giveUpSoon: async () => {
        await slurm(`cp -p ${CONF} /root/slurm.conf; echo SlurmdTimeout=10 >>${CONF}; scontrol reconfigure`);
        return async () => void (await slurm(`cp -p /root/slurm.conf ${CONF}; scontrol reconfigure`));
      },
      nodeLost: /node failed.*NODE_FAIL/is,
      nodeRebooted: /node failed.*NODE_FAIL/is,
      nodeIsReady: async (node) => {
        const state = await slurm(`sinfo --noheader --partition=short --nodes=${node} --format=%T`);
        // Slurm drains a node on which it could not end a job in time, and leaves it to an administrator to take it back.
        if (/^(down|drain)/.test(state)) await slurm(`scontrol update nodename=${node} state=resume`);
        return /^(idle|mixed|allocated)\s*$/.test(state);
      },
    },
    submission: {
      fail: () => silence(site, site.hosts.login),
      cut: () => cutFromHub(site, site.hosts.login),
      away: site.hosts.login.map((name) => new RegExp(name)),
      breakProgram: (login) => breakProgram(site, login, SETTINGS),
    },
  };
}
