/** What runs the hub fails: test/faults/restarts.ts and starts.ts. */
import { afterAll, beforeAll } from "vitest";
import { restartFaults } from "../../faults/restarts";
import { closeStage, openStage, type Stage } from "../../faults/stage";
import { startFaults } from "../../faults/starts";
import { sheffieldUnderFaults } from "./fault-site";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(await sheffieldUnderFaults());
});
afterAll(() => closeStage(stage));

restartFaults(() => stage);
startFaults(() => stage);
