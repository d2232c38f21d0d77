import { authenticatorOf } from "../authenticators";
import type { ResolvedConfig } from "../config/files";
import { LOCAL_NODE } from "../config/login";
import { FORWARDED_ENVIRONMENT } from "../login/forwarded-environment";
import { programOf } from "../login/paths";
import { schedulerOf } from "../schedulers";
import type { HubConfigInput } from "./hub-config";
import { loginNodeEndpoints } from "./known-hosts";
import { placesOf } from "./paths";
import { PORTS } from "./ports";
import { databaseUrl } from "./state";

/** From a stack's configuration to the input of the hub's own: what is decided here, the template only writes down. */
export function hubSettings(stack: string, config: ResolvedConfig): HubConfigInput {
  const { authentication, users, page, culling, hub, environments, submitTemplate } = config;
  return {
    stack,
    site: { name: page.name, announcement: page.announcement ?? null, helpUrl: page.helpUrl ?? null },
    publicUrl: config.url,
    userSubdomains: config.userSubdomains,
    httpsOnly: !config.tls.selfSigned,
    apiAddress: hub.insideAddress,
    apiUrl: `https://${hub.insideAddress.includes(":") ? `[${hub.insideAddress}]` : hub.insideAddress}:${PORTS.hub}`,
    apiListen: hub.onHost ? { address: hub.insideAddress, interface: hub.insideInterface } : null,
    places: placesOf(hub),
    databaseUrl: databaseUrl(hub, config.trust !== undefined),
    authenticator: authenticatorOf(authentication).hubSection({ ...authentication, namePattern: users.namePattern }),
    scheduler: schedulerOf(config.scheduler).hubSection({
      environments,
      namePattern: users.namePattern,
      ...(submitTemplate && { submitTemplate }),
    }),
    adminUsers: authentication.admins,
    login: {
      local: config.login.local ? { name: LOCAL_NODE, program: programOf(hub.account) } : null,
      user: config.login.account,
      nodes: loginNodeEndpoints(config.login).map(({ name, address, port }) => ({ name, address, port })),
      connectTimeout: 5,
      commandTimeout: 30,
    },
    accounts: {
      home: users.home,
      usernameGroups: users.nameParts ?? null,
      shell: users.shell,
      minimumUid: config.login.minimumUid,
    },
    forwardedEnvironment: [...FORWARDED_ENVIRONMENT],
    metricsFrom: config.metrics?.from ?? null,
    idleCuller: culling.enabled
      ? { timeout: Math.round(culling.idleHours * 3600), maxAge: Math.round(culling.maxHours * 3600) }
      : null,
  };
}
