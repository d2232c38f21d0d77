/** Names that nobody has: test/abuse/user-names.ts. */
import { afterAll, beforeAll } from "vitest";
import { HOSTILE_NAMES } from "../../../box/idp/hostile-names";
import type { AbuseSite } from "../../abuse/site";
import { userNameAbuse } from "../../abuse/user-names";
import { sheffieldUnderAttack } from "./abuse-site";

let site: AbuseSite;
beforeAll(async () => {
  site = await sheffieldUnderAttack();
});
// Failures that were counted are nobody's.
afterAll(() => site.box.host("hub").run(["sh", "-c", "rm -f /run/jupyterhub-login/failures/*"]));

// What a form can hold is text, and blanks around it are typed by accident: the hub takes them away.
const NAMES = Object.entries(HOSTILE_NAMES).flatMap(([what, claim]) =>
  typeof claim === "string" && claim.trim() === claim
    ? [{ what, claim, person: { name: claim, password: "alice-box" } }]
    : [],
);

// Her account is good for a log-in, and she is not in the group that may use the cluster.
userNameAbuse(() => site, NAMES, { name: "carol", password: "carol-box" });
