/** The Sheffield site as the fault suite breaks it: Grid Engine, and the hub on a host that submits to it. */
import { nodesNotReady } from "../../../box/schedulers/gridengine";
import { logInByPassword } from "../../browser/person";
import { breakProgram } from "../../faults/causes";
import type { FaultSite } from "../../faults/site";
import { hubAnswers } from "../hub-answers";
import { sheffieldUnderAttack } from "./abuse-site";
import { gridJobs } from "./grid-jobs";

const SETTINGS = "/usr/local/lib/jupyterhub-hpc-jupyter/cluster.json";
// The file's name says whose configuration it is.
const SET_CONFIGURATION =
  'd=$(mktemp -d); cat >"$d/global"; sed -i /^#global/d "$d/global"; qconf -Mconf "$d/global"; rm -r "$d"';

/** Takes hold of the site; its box is up. */
export async function sheffieldUnderFaults(): Promise<FaultSite> {
  const site = await sheffieldUnderAttack();
  const { box } = site;
  const manager = async (script: string, user = "sgeadmin", input = ""): Promise<string> => {
    const { exitCode, stdout, stderr } = await box.host("qmaster").run(["sh", "-euc", script], {
      ...{ user, input, timeoutSeconds: 120 },
    });
    if (exitCode !== 0) throw new Error(`${script}: ${stdout}${stderr}`);
    return stdout;
  };
  const answers = async () => (await box.host("qmaster").run(["qstat"], { user: "sgeadmin" })).exitCode === 0;
  const runs = async () => (await box.host("qmaster").run(["pgrep", "-x", "sge_qmaster"])).exitCode === 0;
  const programAway = () => breakProgram(site, site.hosts.submit, SETTINGS);
  return {
    ...site,
    units: { hub: "jupyterhub-hub.service", proxy: "jupyterhub-proxy.service" },
    hubConfig: "/etc/jupyterhub/jupyterhub_config.py",
    hubAnswers: () => hubAnswers(box),
    live: async () =>
      (await gridJobs(box))
        .filter(({ state }) => !state.includes("d"))
        .map(({ id, owner, state, host }) => ({ id, user: owner, runs: !state.includes("q"), node: host })),
    fillForm: async (page, person) => {
      await logInByPassword(page, site.url, person.name, person.password);
      await page.goto(`${site.url}/hub/spawn`);
      await page.locator("#option-queue").selectOption("all.q");
    },
    scheduler: {
      // Its unit's own `stop` leaves it running.
      stop: async () => {
        await manager("qconf -km");
        await box.waitFor("Grid Engine's master to be gone", async () => !(await runs()), 60);
      },
      start: async () => {
        if (!(await runs())) await manager("systemctl restart gridengine-master", "root");
        await box.waitFor("Grid Engine's master to answer", answers, 60);
      },
      awaySeconds: 120,
      away: /Grid Engine cannot be asked.*to qmaster/is,
      hold: async () => void (await manager("qmod -d '*'")),
      release: async () => void (await manager("qmod -e '*'")),
      // It keeps a job for the node that it runs on as long as it takes; what changes is when the node gets no more of them.
      giveUpSoon: async () => {
        const before = await manager("qconf -sconf");
        const soon = { max_unheard: "00:00:15", load_report_time: "00:00:05" };
        let after = before;
        for (const [name, time] of Object.entries(soon))
          after = after.replace(new RegExp(`^${name} .*$`, "m"), `${name} ${time}`);
        await manager(SET_CONFIGURATION, "sgeadmin", after);
        return () => manager(SET_CONFIGURATION, "sgeadmin", before);
      },
      nodeRebooted: /its node stopped before it was done|it was told to end|it was killed/,
      nodeIsReady: async (node) => nodesNotReady([node], await manager("qstat -f")).length === 0,
    },
    submission: {
      // The hub's own host does not go away without the hub: what can is the program there.
      fail: programAway,
      cut: programAway,
      away: [/The program in \S+ does not work/],
      breakProgram: () => programAway(),
    },
  };
}
