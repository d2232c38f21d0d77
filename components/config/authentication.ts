import { z } from "zod";
import { oidcSection } from "../authenticators/oidc";
import { pamSection } from "../authenticators/pam";
import { accountName, flag, label } from "./values";

/** Who may log in, and how: references/vub-hydra.md, "Authentication"; JupyterHub 6 lets nobody in unless told to. */
export const authenticationSection = z.strictObject({
  oidc: oidcSection.optional().describe("Log in through an OAuth 2 or OpenID Connect provider."),
  pam: pamSection
    .optional()
    .describe("Log in with an account of the hub host, by PAM. Only with `hub.onHost`. Give this or `oidc`."),
  allowedUsers: z
    .array(accountName())
    .default([])
    .describe(
      "These users may log in. Who is taken off this list is out at the next `pulumi up`: the session, its tokens and the running server end.",
    ),
  allowedGroups: z.array(label()).default([]).describe("Members of these groups of the identity provider may log in."),
  allowAll: flag()
    .default(false)
    .describe(
      "Everybody whom the provider, or PAM, authenticates may log in. Only with `stage: prod`; on dev users are named.",
    ),
  admins: z
    .array(accountName())
    .default([])
    .describe("Users who may see all servers and stop them. They cannot act as another user."),
});
