/** Changed host keys: test/abuse/host-keys.ts. The hub logs in to no host, so that it is Pulumi alone that could be led astray. */
import { beforeAll } from "vitest";
import { administeredHostKeyAbuse } from "../../abuse/host-keys";
import type { AbuseSite } from "../../abuse/site";
import { sheffieldUnderAttack } from "./abuse-site";

let site: AbuseSite;
beforeAll(async () => {
  site = await sheffieldUnderAttack();
});

administeredHostKeyAbuse(() => site, ["hub"]);
