import type { ConfigProblem } from "../errors";
import type { ResolvedConfig } from "../files";
import type { HostAccess } from "../host";
import { hostsOf } from "./hosts";

/** No secret stands in plain text in the stack's file. */
export function secretRules(config: ResolvedConfig, secretKeys: ReadonlySet<string>): ConfigProblem[] {
  const inPlainText = (key: string, set: boolean): ConfigProblem[] =>
    set && !secretKeys.has(key.split(/[.[]/)[0] ?? key)
      ? [
          {
            key,
            message: "stands in plain text in the stack's file",
            remedy: `encrypt it, and change the secret: pulumi config set --secret --path 'jupyterhub-hpc:${key}'`,
          },
        ]
      : [];
  const host = (key: string, access: HostAccess): ConfigProblem[] => [
    ...inPlainText(`${key}.privateKey`, access.privateKey !== undefined),
    ...inPlainText(`${key}.sudoPassword`, access.sudoPassword !== undefined),
    ...inPlainText(`${key}.passphrase`, access.passphrase !== undefined),
    ...inPlainText(`${key}.jump.privateKey`, access.jump?.privateKey !== undefined),
    ...inPlainText(`${key}.jump.passphrase`, access.jump?.passphrase !== undefined),
  ];
  return [
    ...inPlainText("authentication.oidc.clientSecret", config.authentication.oidc?.clientSecret !== undefined),
    ...inPlainText("metrics.token", config.metrics !== undefined),
    ...inPlainText("hub.database.postgresql.password", config.hub.database.postgresql !== undefined),
    ...hostsOf(config).flatMap(([key, access]) => host(key, access)),
  ];
}
