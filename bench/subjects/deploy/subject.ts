import { attach, type Box } from "../../../box/api";
import { bundleProgram, pulumiEnvironment } from "../../../box/deploy";
import { checkout } from "../../../box/paths";
import { say } from "../../../box/progress";
import { columns, ratio } from "../../columns";
import { measure as timed } from "../../measure";
import type { Options } from "../../options";
import type { Report, Subject } from "../../subject";
import { EmptyProgram } from "./empty-program";

/** What is measured, in this order. */
const STEPS = ["first up", "preview", "up without changes"] as const;
type Step = (typeof STEPS)[number];
type Seconds = Record<Step, number>;

const ARGUMENTS: Record<Step, string[]> = {
  "first up": ["up", "--yes", "--skip-preview", "--non-interactive"],
  preview: ["preview", "--expect-no-changes", "--non-interactive"],
  "up without changes": ["up", "--yes", "--skip-preview", "--non-interactive"],
};

/** Seconds of each step on the whole site, whose hosts are made bare first. */
async function site(box: Box): Promise<Seconds> {
  await bundleProgram();
  const env = await pulumiEnvironment(box.site);
  const prefix = box.netns(box.site.admin).prefix;
  const gone = await box.pulumi(["destroy", "--yes", "--skip-preview", "--non-interactive"], { timeoutSeconds: 600 });
  if (gone.exitCode !== 0) throw new Error(`pulumi destroy failed:\n${gone.stdout.slice(-2000)}${gone.stderr}`);
  const seconds: Partial<Seconds> = {};
  for (const step of STEPS) {
    const argv = [...prefix, "pulumi", ...ARGUMENTS[step]];
    seconds[step] = (await timed({ argv, cwd: checkout, env }, async () => 0)).seconds;
    say(`  the site, ${step}: ${seconds[step]?.toFixed(1)} s`);
  }
  return seconds as Seconds;
}

/** Seconds of each step with a program that makes nothing. */
async function floor(box: Box): Promise<Seconds> {
  const program = await EmptyProgram.make(box);
  try {
    const seconds: Partial<Seconds> = {};
    for (const step of STEPS) seconds[step] = await program.seconds(ARGUMENTS[step]);
    return seconds as Seconds;
  } finally {
    await program.remove();
  }
}

async function measure(_options: Options): Promise<Report> {
  const box = await attach("vub");
  // First, as it changes nothing of the site: what fails here costs no deployment.
  const empty = await floor(box);
  const whole = await site(box);
  const rows = STEPS.map((step) => [
    step,
    whole[step].toFixed(1),
    empty[step].toFixed(1),
    ratio(whole[step], empty[step]),
  ]);
  const text = `Seconds of pulumi on the whole vub site (three hosts), and with a program that makes nothing\n${columns([["", "the site", "empty", "times"], ...rows])}`;
  return { text, aims: [], figures: { site: whole, empty } };
}

/** A whole site's deployment against what the CLI takes for nothing. */
export const deploy: Subject = {
  name: "deploy",
  description: "first up, preview and up without changes of the vub site, and of an empty program",
  seconds: 400,
  site: "vub",
  measure,
};
