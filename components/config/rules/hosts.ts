import { withHosts } from "../../schedulers/index";
import type { ConfigProblem } from "../errors";
import type { ResolvedConfig } from "../files";
import type { HostAccess, JumpAccess } from "../host";

/** Every host that Pulumi reaches, by where the configuration has it. */
export function hostsOf(config: ResolvedConfig): [string, HostAccess][] {
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

/** Each host has a way to log in, and no account or group is one of administrators. */
export function hostRules(config: ResolvedConfig): ConfigProblem[] {
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
