import type { ConfigProblem } from "../errors";
import type { ResolvedConfig } from "../files";

/** One way to log in, and somebody whom it lets in. */
export function loginRules(config: ResolvedConfig): ConfigProblem[] {
  const { authentication: auth, stage } = config;
  const problems: ConfigProblem[] = [];
  const ways = [auth.oidc, auth.pam].filter((way) => way !== undefined).length;
  if (ways === 0)
    problems.push({
      key: "authentication.oidc",
      message: "is missing, and so is authentication.pam: nobody could log in",
      remedy: "describe the identity provider, or set authentication.pam: {} for the accounts of the hub host",
    });
  if (ways > 1)
    problems.push({
      key: "authentication.pam",
      message: "contradicts authentication.oidc",
      remedy: "keep one of the two",
    });
  if (auth.pam && !config.hub.onHost)
    problems.push({
      key: "authentication.pam",
      message: "needs hub.onHost: a hub in containers does not know its host's accounts",
      remedy: "set hub.onHost in the place of hub.image, or authentication.oidc",
    });
  if (auth.pam && auth.allowedGroups.length > 0)
    problems.push({
      key: "authentication.allowedGroups",
      message: "is for an identity provider's groups, and authentication.pam has none",
      remedy: "name users; login.usersGroup says whose servers are started",
    });
  const named = auth.allowedUsers.length + auth.admins.length > 0;
  if (!auth.allowAll && !named && auth.allowedGroups.length === 0)
    problems.push({
      key: "authentication.allowedUsers",
      message: "[] together with allowedGroups [] and allowAll false lets nobody in",
      remedy: "name users or groups, or set allowAll: true",
    });
  if (stage === "dev" && auth.allowAll)
    problems.push({
      key: "authentication.allowAll",
      message: "true is not allowed with stage: dev",
      remedy: "name the users in authentication.allowedUsers",
    });
  if (stage === "dev" && auth.allowedGroups.length > 0)
    problems.push({
      key: "authentication.allowedGroups",
      message: "is not allowed with stage: dev",
      remedy: "name the users in authentication.allowedUsers",
    });
  if (auth.allowedGroups.length > 0 && auth.oidc && !auth.oidc.groupsClaim)
    problems.push({
      key: "authentication.oidc.groupsClaim",
      message: "is missing, so that allowedGroups cannot be checked",
      remedy: "name the claim that holds a user's groups",
    });
  return problems;
}
