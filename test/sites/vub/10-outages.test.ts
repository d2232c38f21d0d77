/** What the hub depends on fails: test/faults/outages.ts and compute-nodes.ts. */
import { afterAll, beforeAll } from "vitest";
import { computeNodeFaults } from "../../faults/compute-nodes";
import { loginNodeFaults, outageFaults } from "../../faults/outages";
import { closeStage, openStage, type Stage } from "../../faults/stage";
import { vubUnderFaults } from "./fault-site";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(await vubUnderFaults());
});
afterAll(() => closeStage(stage));

loginNodeFaults(() => stage);
outageFaults(() => stage);
computeNodeFaults(() => stage);
