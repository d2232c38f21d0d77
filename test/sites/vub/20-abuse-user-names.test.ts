/** Names that nobody has: test/abuse/user-names.ts. */
import { beforeAll } from "vitest";
import { HOSTILE_NAMES, hostileAccounts } from "../../../box/idp/hostile-names";
import type { AbuseSite } from "../../abuse/site";
import { userNameAbuse } from "../../abuse/user-names";
import { vubUnderAttack } from "./abuse-site";

let site: AbuseSite;
beforeAll(async () => {
  site = await vubUnderAttack();
});

const NAMES = Object.entries(HOSTILE_NAMES).map(([what, claim], i) => {
  const { login = "", password = "" } = hostileAccounts[i] ?? {};
  return { what, claim, person: { name: login, password } };
});

userNameAbuse(() => site, NAMES, { name: "nemo", password: "nemo-box" });
