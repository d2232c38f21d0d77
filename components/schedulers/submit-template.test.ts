/** A site's own job script template: what is taken, and what is refused before any host is asked. */
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { exampleConfig, exampleValues } from "../../test/fixtures/configuration";
import { runtimePython } from "../../test/run/python";
import { validate } from "../config/validate";
import { bashSyntax, jobScripts } from "./job-scripts";
import { submitTemplateProblems } from "./submit-template";

const OURS = {
  slurm: readFileSync("templates/submit/slurm.sh.ejs", "utf8"),
  gridengine: readFileSync("templates/submit/gridengine.sh.ejs", "utf8"),
};
const SECTIONS = {
  slurm: {
    partitions: {
      short: { title: "Short", maxCores: 4, maxMemoryMb: 4000 },
      gpu: { title: "GPU", maxCores: 1, maxGpus: 2 },
    },
    jobOptions: ["--signal=TERM@30"],
  },
  gridengine: {
    root: "/opt/sge",
    queues: [
      { name: "any", title: "Any", maxCores: 4 },
      { name: "cstest.q", title: "Test" },
    ],
    parallelEnvironment: "openmp",
    jobOptions: ["-l special=1"],
  },
};
let python = "";

beforeAll(async () => {
  python = await runtimePython();
}, 600_000);

/** What is said of a template, on one line; empty: nothing. */
async function problems(scheduler: keyof typeof SECTIONS, template: string): Promise<string> {
  const values = {
    ...exampleValues(),
    scheduler: { [scheduler]: { ...SECTIONS[scheduler], submitTemplate: "own.ejs" } },
  };
  const config = validate(await exampleConfig(values, undefined, { "own.ejs": template }));
  const make = (input: Parameters<typeof jobScripts>[2]) => jobScripts(python, ".", input);
  const found = await submitTemplateProblems("example", config, { make, syntax: bashSyntax });
  for (const { key, message, remedy } of found) {
    expect(key).toBe(`scheduler.${scheduler}.submitTemplate`);
    expect(message).toMatch(/^"own.ejs" /);
    expect(remedy).toContain("docs/submit-template.md");
  }
  return found.map(({ message }) => message).join(" ");
}

test.each(["slurm", "gridengine"] as const)("the project's own template for %s is taken as a site's", async (name) => {
  expect(await problems(name, OURS[name])).toBe("");
});

test("lines of a site, fixed or chosen by the deployment, are taken where the configuration lists their options", async () => {
  const own = OURS.gridengine
    .replace("#$ -clear\n", '#$ -clear\n<% if (it.parallelEnvironment === "openmp") { -%>\n#$ -l special=1\n<% } -%>\n')
    .replace("umask 077\n", "umask 077\nexport SITE=sharc\n");
  expect(await problems("gridengine", own)).toBe("");
});

const cut = (line: string) => OURS.gridengine.replace(line, "");
test.each<[string, string, RegExp]>([
  ["a name that the deployment does not have", `${OURS.gridengine}<%- it.queue %>`, /cannot be rendered: .*it.queue/],
  ["EJS that is none", `${OURS.gridengine}<% if ( %>`, /cannot be rendered/],
  [
    "a name that the hub does not have",
    OURS.gridengine.replace("{{ runtime }}\n", "{{ run_time }}\n"),
    /'run_time' is undefined/,
  ],
  ["Jinja that is none", OURS.gridengine.replace("umask 077", "{% if %}"), /could not be tried: .*[Ee]xpected/],
  [
    "an option that is not listed",
    OURS.gridengine.replace("#$ -j y\n", "#$ -j y\n#$ -P rich\n"),
    /queue=any that no login node takes: Line \d+ .*'-P rich' is not offered/,
  ],
  ["no server", cut("<%- it.server %>\n").replace("<%- it.server %>", ""), /has no line <%- it.server %>/],
  [
    "the user's choice left out",
    OURS.gridengine.replace("#$ -q {{ queue }}", "# queue"),
    /lacks what the project's own template writes for queue=cstest.q: #\$ -q cstest.q/,
  ],
  ["the log open to everybody", cut("#$ -o /dev/null\n"), /lacks .*-o \/dev\/null/],
  ["what bash cannot read", OURS.gridengine.replace("umask 077", "if then"), /that bash cannot read: .*line \d+/],
])("a template with %s is refused", async (_what, template, words) => {
  expect(await problems("gridengine", template)).toMatch(words);
});

test("a template that is not there is told of with the rest of the configuration", async () => {
  const values = { ...exampleValues(), scheduler: { slurm: { ...SECTIONS.slurm, submitTemplate: "gone.ejs" } } };
  const raw = await exampleConfig(values);
  expect(() => validate(raw)).toThrow(/scheduler.slurm.submitTemplate\n +"gone.ejs" cannot be read: no such file/);
});
