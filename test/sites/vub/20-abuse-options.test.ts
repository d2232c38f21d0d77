/** Options that nobody offered: test/abuse/options.ts. */
import { beforeAll, expect, test } from "vitest";
import { optionAbuse } from "../../abuse/options";
import type { AbuseSite } from "../../abuse/site";
import { vubUnderAttack } from "./abuse-site";
import { FIT, REFUSED } from "./slurm-options";

let site: AbuseSite;
beforeAll(async () => {
  site = await vubUnderAttack();
});

optionAbuse(() => site, REFUSED, FIT);

test("commands sent for the environment were not run", async () => {
  const { stdout } = await site.box.host("login1").run(["ls", "-A", "/home/bob"]);
  expect(stdout.split("\n")).not.toContain("pwned");
});
