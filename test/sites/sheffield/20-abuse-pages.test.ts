/** The front and its answers: test/abuse/pages.ts. */
import { beforeAll } from "vitest";
import { pageAbuse } from "../../abuse/pages";
import type { AbuseSite } from "../../abuse/site";
import { sheffieldUnderAttack } from "./abuse-site";

let site: AbuseSite;
beforeAll(async () => {
  site = await sheffieldUnderAttack();
});

pageAbuse(() => site);
