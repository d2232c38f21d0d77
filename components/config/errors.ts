/** One thing wrong with a stack's configuration. */
export interface ConfigProblem {
  /** Where: the key as the admin writes it, for example `hub.host.address`. */
  key: string;
  /** What is wrong, with the value and what is allowed. */
  message: string;
  /** What to do about it. Default: edit the stack's file. */
  remedy?: string;
}

/** The configuration was refused; nothing was sent to any host. Its message lists every problem, one block each. */
export class ConfigError extends Error {
  constructor(
    readonly stackName: string,
    readonly problems: readonly ConfigProblem[],
  ) {
    super(describe(stackName, problems));
    this.name = "ConfigError";
  }
}

function describe(stack: string, problems: readonly ConfigProblem[]): string {
  const file = `stacks/Pulumi.${stack}.yaml`;
  const head = `The configuration of stack ${stack} was refused (${problems.length} problem${problems.length === 1 ? "" : "s"}); no host was touched.`;
  const blocks = problems.map(
    (p) =>
      `  jupyterhub-hpc:${p.key}\n    ${p.message}\n    Next: ${p.remedy ?? `correct it in ${file}; docs/configuration.md describes every key`}.`,
  );
  return [head, ...blocks].join("\n");
}
