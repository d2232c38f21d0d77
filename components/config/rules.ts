/** Rules across keys: what each key alone cannot see. */
import { isIP } from "node:net";
import { withHosts } from "../schedulers/index";
import { certificateProblems } from "./certificate";
import type { ConfigProblem } from "./errors";
import type { ResolvedConfig } from "./files";
import type { HostAccess, JumpAccess } from "./host";
import { LOCAL_NODE } from "./login";

/** What the rules need beside the configuration. */
export interface RuleContext {
  /** Keys whose value is encrypted in the stack's file. */
  secretKeys: ReadonlySet<string>;
  now: Date;
}

/** Every contradiction in a configuration. */
export function ruleProblems(config: ResolvedConfig, context: RuleContext): ConfigProblem[] {
  return [
    ...certificateRules(config, context.now),
    ...subdomainRules(config),
    ...loginRules(config),
    ...hostRules(config),
    ...environmentRules(config),
    ...secretRules(config, context.secretKeys),
  ];
}

function certificateRules(config: ResolvedConfig, now: Date): ConfigProblem[] {
  const { tls, stage } = config;
  const files = tls.certificateFile !== undefined || tls.keyFile !== undefined;
  if (tls.selfSigned && (files || tls.request))
    return [
      {
        key: "tls.selfSigned",
        message: `true contradicts ${files ? "tls.certificateFile" : "tls.request: true"}`,
        remedy: "keep one of the two",
      },
    ];
  if (tls.request && tls.keyFile !== undefined)
    return [
      {
        key: "tls.keyFile",
        message: "contradicts tls.request: true, with which the key is made on the hub host and stays there",
        remedy: "remove one of the two",
      },
    ];
  if (tls.selfSigned && stage === "prod")
    return [
      {
        key: "tls.selfSigned",
        message: "true is not allowed with stage: prod",
        remedy: "set tls.certificateFile and tls.keyFile to a certificate from an authority, or tls.request: true",
      },
    ];
  if (tls.selfSigned) return [];
  if (!tls.request && (!tls.certificateFile || !tls.keyFile))
    return [
      {
        key: tls.certificateFile ? "tls.keyFile" : "tls.certificateFile",
        message: "is missing",
        remedy:
          stage === "dev"
            ? "set it, or tls.selfSigned: true"
            : "set tls.certificateFile and tls.keyFile, or tls.request: true for a request to send to an authority",
      },
    ];
  if (!config.certificate) return [];
  const problems = certificateProblems({
    chain: config.certificate.chain,
    key: config.certificate.key?.reveal(),
    hostname: new URL(config.url).hostname,
    subdomains: config.userSubdomains,
    now,
  });
  const tolerated = stage === "dev" ? problems.filter((p) => !p.startsWith("is self-signed")) : problems;
  return tolerated.map((message) => ({
    key: "tls.certificateFile",
    message: `${JSON.stringify(tls.certificateFile)} ${message}`,
  }));
}

function subdomainRules({ userSubdomains, url }: ResolvedConfig): ConfigProblem[] {
  const { hostname } = new URL(url);
  if (!userSubdomains || isIP(hostname.replace(/^\[|\]$/g, "")) === 0) return [];
  return [
    {
      key: "userSubdomains",
      message: `true needs a name in \`url\`, which has the address ${hostname}: no name lies below an address`,
      remedy: "give `url` a name, or set userSubdomains: false",
    },
  ];
}

function loginRules(config: ResolvedConfig): ConfigProblem[] {
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

/** Every host that Pulumi reaches, by where the configuration has it. */
function hostsOf(config: ResolvedConfig): [string, HostAccess][] {
  const ofScheduler: [string, HostAccess][] = [];
  withHosts(config.scheduler, (key, host) => {
    ofScheduler.push([key, host]);
    return host;
  });
  return [
    ["hub.host", config.hub.host],
    ...config.login.nodes.map((n, i): [string, HostAccess] => [`login.nodes[${i}].host`, n.host]),
    ...ofScheduler,
  ];
}

function hostRules(config: ResolvedConfig): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const hops = hostsOf(config).flatMap(([key, host]): [string, HostAccess | JumpAccess][] =>
    host.jump
      ? [
          [key, host],
          [`${key}.jump`, host.jump],
        ]
      : [[key, host]],
  );
  for (const [key, host] of hops) {
    if (!host.privateKeyFile && !host.privateKey && !host.agent)
      problems.push({
        key: `${key}.privateKeyFile`,
        message: "is missing: there is no way to log in",
        remedy: "set privateKeyFile, privateKey or agent: true",
      });
  }
  const names = config.login.nodes.map((n) => n.name);
  names.forEach((name, i) => {
    if (names.indexOf(name) !== i)
      problems.push({
        key: `login.nodes[${i}].name`,
        message: `${JSON.stringify(name)} is used twice`,
        remedy: "give each login node a name of its own",
      });
  });
  if (names.length === 0 && !config.login.local)
    problems.push({
      key: "login.nodes",
      message: "[] must name at least one login node",
      remedy: "name one, or set login.local: true where the hub's own host is a submit host",
    });
  problems.push(...onHostRules(config));
  if (config.hub.account === "root")
    problems.push({
      key: "hub.account",
      message: '"root" is not allowed: the hub never runs as root',
      remedy: "choose a system account",
    });
  if (config.login.account === "root")
    problems.push({ key: "login.account", message: '"root" is not allowed', remedy: "choose a system account" });
  if (["root", "sudo", "wheel", "adm"].includes(config.login.usersGroup))
    problems.push({
      key: "login.usersGroup",
      message: `${JSON.stringify(config.login.usersGroup)} is a group of administrators`,
      remedy: "name the group of the cluster's users",
    });
  if (config.hub.insideInterface === config.hub.outsideInterface)
    problems.push({
      key: "hub.outsideInterface",
      message: `${JSON.stringify(config.hub.outsideInterface)} is the inside interface as well`,
      remedy: "name the interface towards the users",
    });
  return problems;
}

function onHostRules({ hub, login }: ResolvedConfig): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (login.local && !hub.onHost)
    problems.push({
      key: "login.local",
      message: "true needs hub.onHost: a hub in containers cannot start its host's commands",
      remedy: "set hub.onHost in the place of hub.image, or name login nodes in login.nodes",
    });
  if (login.local && login.nodes.some(({ name }) => name === LOCAL_NODE))
    problems.push({
      key: "login.nodes",
      message: `has a node ${JSON.stringify(LOCAL_NODE)}, which login.local: true calls the hub's own host`,
      remedy: "give that node another name",
    });
  if (hub.onHost && Object.keys(hub.extraHosts).length > 0)
    problems.push({
      key: "hub.extraHosts",
      message: "is for the hub's container, and hub.onHost has none",
      remedy: "put the names into /etc/hosts of the hub host",
    });
  if (hub.onHost && hub.account.length > 26)
    problems.push({
      key: "hub.account",
      message: `${JSON.stringify(hub.account)} leaves no room for the proxy's account, ${hub.account}-proxy, of at most 32 characters`,
      remedy: "choose a shorter name",
    });
  return problems;
}

function environmentRules(config: ResolvedConfig): ConfigProblem[] {
  const nodes = new Set([...(config.login.local ? [LOCAL_NODE] : []), ...config.login.nodes.map((n) => n.name)]);
  const names = config.environments.map((e) => e.name);
  return config.environments.flatMap((environment, i) => {
    const problems: ConfigProblem[] = [];
    if (names.indexOf(environment.name) !== i)
      problems.push({
        key: `environments[${i}].name`,
        message: `${JSON.stringify(environment.name)} is used twice`,
        remedy: "give each environment a name of its own",
      });
    const { name, install } = environment;
    if (config.hub.onHost && install && name === "hub")
      problems.push({
        key: `environments[${i}].name`,
        message: '"hub" is what the hub\'s own environment is called on its host',
        remedy: "choose another name",
      });
    if (install?.conda && !install.lock && !install.update)
      problems.push({
        key: `environments[${i}].install.lock`,
        message: "is missing: with install.conda the packages are an explicit list of conda's",
        remedy: "conda list --explicit --sha256 writes one; name its file, or one on the host: install.update.lock",
      });
    for (const key of ["packages", "wheels"] as const)
      if (install?.conda && install[key] !== undefined)
        problems.push({
          key: `environments[${i}].install.${key}`,
          message: "is for pip, and contradicts install.conda",
          remedy: "remove one of the two",
        });
    for (const key of ["lock", "packages", "wheels"] as const)
      if (install?.update && install[key] !== undefined)
        problems.push({
          key: `environments[${i}].install.${key}`,
          message: "contradicts install.update, with which the packages are what a file on the host says",
          remedy: key === "wheels" ? "name a directory on the host: install.update.wheels" : "keep one of the two",
        });
    if (environment.install && !nodes.has(environment.install.on))
      problems.push({
        key: `environments[${i}].install.on`,
        message: `${JSON.stringify(environment.install.on)} is no login node`,
        remedy: `name one of: ${[...nodes].join(", ")}`,
      });
    return problems;
  });
}

function secretRules(config: ResolvedConfig, secretKeys: ReadonlySet<string>): ConfigProblem[] {
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
