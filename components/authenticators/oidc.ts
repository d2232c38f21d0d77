import { z } from "zod";
import { httpsUrl, label, secret, title } from "../config/values";

/** Log in through an OAuth 2 or OpenID Connect provider (GenericOAuthenticator): references/vub-hydra.md, "Authentication". */
export const oidcSection = z.strictObject({
  title: title().default("single sign-on").describe("The provider's name on the log-in button."),
  authorizeUrl: httpsUrl().describe("The provider's authorization endpoint, reached by the user's browser."),
  tokenUrl: httpsUrl().describe("The provider's token endpoint, reached by the hub."),
  userdataUrl: httpsUrl().describe("The provider's userinfo endpoint, reached by the hub."),
  logoutUrl: httpsUrl().optional().describe("Where a user is sent after logging out."),
  clientId: title().describe(
    "The client's id, as registered with the provider. Its redirect address is `url` + /hub/oauth_callback.",
  ),
  clientSecret: secret().describe("The client's secret."),
  scopes: z.array(label()).default(["openid", "profile"]).describe("What the hub asks the provider for."),
  usernameClaim: label().default("preferred_username").describe("The claim that holds the cluster account's name."),
  groupsClaim: label()
    .optional()
    .describe("The claim that holds the user's groups; needed for `authentication.allowedGroups`."),
});

/** A validated `authentication.oidc`. */
export type OidcConfig = z.output<typeof oidcSection>;
