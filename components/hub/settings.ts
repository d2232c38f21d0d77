import type { ResolvedConfig } from "../config/files";
import { FORWARDED_ENVIRONMENT } from "../login/forwarded-environment";
import { slurmForHub } from "../schedulers/slurm-hub";
import type { HubConfigInput } from "./hub-config";
import { loginNodeEndpoints } from "./known-hosts";
import { PORTS } from "./ports";

/** From a stack's configuration to the input of the hub's own: what is decided here, the template only writes down. */
export function hubSettings(stack: string, config: ResolvedConfig): HubConfigInput {
  const { authentication, users, page, culling, hub } = config;
  const { oidc } = authentication;
  if (!oidc || !config.scheduler.slurm)
    throw new Error("hubSettings: validated configuration lacks an authenticator or a scheduler");
  return {
    stack,
    site: { name: page.name, announcement: page.announcement ?? null, helpUrl: page.helpUrl ?? null },
    publicUrl: config.url,
    apiUrl: `http://${hub.insideAddress.includes(":") ? `[${hub.insideAddress}]` : hub.insideAddress}:${PORTS.hub}`,
    authentication: {
      loginService: oidc.title,
      usernameClaim: oidc.usernameClaim,
      scopes: oidc.scopes,
      allowedUsers: [...new Set([...authentication.allowedUsers, ...authentication.admins])],
      allowedGroups: authentication.allowedGroups,
      groupsClaim: oidc.groupsClaim ?? null,
      allowAll: authentication.allowAll,
      adminUsers: authentication.admins,
      usernamePattern: users.namePattern,
    },
    login: {
      user: config.login.account,
      nodes: loginNodeEndpoints(config.login).map(({ name, address, port }) => ({ name, address, port })),
      connectTimeout: 5,
      commandTimeout: 30,
    },
    accounts: { home: users.home, usernameGroups: users.nameParts ?? null, shell: users.shell, minimumUid: 1000 },
    forwardedEnvironment: [...FORWARDED_ENVIRONMENT],
    slurm: slurmForHub(config.scheduler.slurm, config.environments),
    idleCuller: culling.enabled
      ? { timeout: Math.round(culling.idleHours * 3600), maxAge: Math.round(culling.maxHours * 3600) }
      : null,
  };
}
