/** Options that nobody offered: test/abuse/options.ts. */
import { beforeAll } from "vitest";
import { optionAbuse } from "../../abuse/options";
import type { AbuseSite } from "../../abuse/site";
import { sheffieldUnderAttack } from "./abuse-site";
import { FIT, REFUSED } from "./gridengine-options";

let site: AbuseSite;
beforeAll(async () => {
  site = await sheffieldUnderAttack();
});

optionAbuse(() => site, REFUSED, FIT);
