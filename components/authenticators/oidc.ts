import { z } from "zod";
import { httpsUrl, label, secret, title } from "../config/values";
import { PATHS } from "../hub/paths";
import { type Plain, pythonLiteral } from "../hub/python-literal";
import { renderTemplate } from "../render";
import type { Authenticator, LoginRules } from "./authenticator";

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

/** Log-in by OAuth 2 or OpenID Connect as configured. */
export function oidc(config: OidcConfig): Authenticator {
  return {
    name: "oidc",
    environment: (url) => ({
      OAUTH2_AUTHORIZE_URL: config.authorizeUrl,
      OAUTH2_TOKEN_URL: config.tokenUrl,
      OAUTH2_USERDATA_URL: config.userdataUrl,
      OAUTH_CALLBACK_URL: `${url.replace(/\/$/, "")}/hub/oauth_callback`,
    }),
    secretFile: config.clientSecret
      .output()
      .apply((secret) => `${JSON.stringify({ client_id: config.clientId, client_secret: secret })}\n`),
    hubSection: (rules) => renderOidcForHub(config, rules),
  };
}

function renderOidcForHub(config: OidcConfig, rules: LoginRules): string {
  const values: Record<string, Plain> = {
    loginService: config.title,
    scopes: config.scopes,
    usernameClaim: config.usernameClaim,
    usernamePattern: rules.namePattern,
    allowAll: rules.allowAll,
    allowedUsers: [...new Set([...rules.allowedUsers, ...rules.admins])],
    allowedGroups: rules.allowedGroups,
    groupsClaim: config.groupsClaim ?? "",
    logoutUrl: config.logoutUrl ?? "",
  };
  const literals = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, pythonLiteral(value)]));
  return renderTemplate("hub/authenticators/oidc.py", {
    ...literals,
    secretFile: PATHS.oauth,
    allowGroups: config.groupsClaim !== undefined,
    redirectsAfterLogout: config.logoutUrl !== undefined,
  });
}
