/** What the hub depends on fails, Grid Engine's master for two minutes: test/faults/outages.ts and compute-nodes.ts. */
import { afterAll, beforeAll } from "vitest";
import { computeNodeFaults } from "../../faults/compute-nodes";
import { outageFaults } from "../../faults/outages";
import { closeStage, openStage, type Stage } from "../../faults/stage";
import { sheffieldUnderFaults } from "./fault-site";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(await sheffieldUnderFaults());
});
afterAll(() => closeStage(stage));

// There is no login node beside the hub's own host that servers could be submitted through instead.
outageFaults(() => stage);
computeNodeFaults(() => stage);
