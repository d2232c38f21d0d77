import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attach, type Box, type BoxHost } from "../../box/api";
import { shellOn } from "./trial/shell";
import { Trial, type Wanted } from "./trial/trial";

const NAME = "trial-cancel.service";
const PATH = "/etc/trial-cancel";

let box: Box;
let host: BoxHost;
let sh: (text: string) => Promise<string>;
let trial: Trial;

/** A unit that is never ready, or one that is. */
const unit = (type: "notify" | "simple"): Wanted => ({
  type: "SystemdUnit",
  name: "unit",
  args: {
    name: NAME,
    content: `[Service]\nType=${type}\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n`,
    startTimeout: 100,
  },
});
const file: Wanted = { type: "File", name: "file", args: { path: PATH, content: "here\n" } };

beforeAll(async () => {
  box = await attach("hosts");
  host = box.host("debian13");
  sh = shellOn(host);
  trial = await Trial.start(box, "10.79.0.11");
});
afterAll(async () => {
  await trial?.destroy();
  await sh?.(`systemctl disable --quiet --now ${NAME} 2>/dev/null || :; rm -f /etc/systemd/system/${NAME} ${PATH}`);
  await trial?.remove();
});

describe("a run that is interrupted with Ctrl-C", () => {
  it("ends at once, keeps what was made, and the next up goes on from there", async () => {
    const interrupt = await trial.interruptible({ resources: [file, unit("notify")] });
    const activating = async () => (await host.run(["systemctl", "is-active", NAME])).stdout.trim() === "activating";
    await box.waitFor("the unit to be started", activating, 60);
    const { exitCode, output } = await interrupt();
    expect(exitCode).not.toBe(0);
    expect(output).toContain("the run was cancelled. Run pulumi up again: it continues.");
    expect(await activating()).toBe(true);
    const kept = await trial.resources();
    expect([kept.has("file"), kept.has("unit")]).toEqual([true, false]);
    const next = await trial.up({ resources: [file, unit("simple")] });
    expect(next.exitCode, next.output).toBe(0);
    expect(await sh(`systemctl is-active ${NAME}`)).toBe("active");
    expect(await trial.preview({ resources: [file, unit("simple")] })).toEqual([]);
  });

  it("and its end finds the host as it was before", async () => {
    expect((await trial.destroy()).exitCode).toBe(0);
    expect(await sh(`ls /etc/systemd/system/${NAME} ${PATH} 2>/dev/null || :`)).toBe("");
  });
});
