import type { ConfigProblem } from "../errors";
import type { ResolvedConfig } from "../files";
import { LOCAL_NODE } from "../login";

/** Each environment has a name and a place, and one way to its packages. */
export function environmentRules(config: ResolvedConfig): ConfigProblem[] {
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
