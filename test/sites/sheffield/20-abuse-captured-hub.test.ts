/** The submit host under a captured hub: test/abuse/captured-hub.ts. */
import { beforeAll } from "vitest";
import { capturedHubAbuse } from "../../abuse/captured-hub";
import type { AbuseSite } from "../../abuse/site";
import { sheffieldUnderAttack } from "./abuse-site";
import { capturedHubOf } from "./captured-hub";

let site: AbuseSite;
beforeAll(async () => {
  site = await sheffieldUnderAttack();
});

capturedHubAbuse(
  () => site,
  () => capturedHubOf(site),
);
