import { expect, test } from "vitest";
import { nodesNotReady } from "./gridengine";

// Printed by Debian's Grid Engine 8.1.9.
const qstat = `queuename                      qtype resv/used/tot. load_avg arch          states
---------------------------------------------------------------------------------
all.q@exec1                    BIP   0/0/4          4.47     lx-amd64      
---------------------------------------------------------------------------------
all.q@exec2                    BIP   0/0/4          -NA-     -NA-          au
---------------------------------------------------------------------------------
cstest.q@exec2                 BIP   0/0/4          4.47     lx-amd64      
`;

test("a node is ready once its queue has a load and no state", () => {
  expect(nodesNotReady(["exec1", "exec2", "exec3"], qstat)).toEqual(["exec2", "exec3"]);
});
