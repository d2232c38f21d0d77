/** Changed host keys on both legs: test/abuse/host-keys.ts. */
import { beforeAll } from "vitest";
import { hostKeyAbuse } from "../../abuse/host-keys";
import type { AbuseSite } from "../../abuse/site";
import { vubUnderAttack } from "./abuse-site";

let site: AbuseSite;
beforeAll(async () => {
  site = await vubUnderAttack();
});

hostKeyAbuse(() => site);
