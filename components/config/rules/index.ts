/** Rules across keys: what each key alone cannot see. A subject a file. */
import type { ConfigProblem } from "../errors";
import type { ResolvedConfig } from "../files";
import { certificateRules } from "./certificate";
import { environmentRules } from "./environments";
import { hostRules } from "./hosts";
import { loginRules } from "./log-in";
import { onHostRules } from "./on-host";
import { secretRules } from "./secrets";
import { subdomainRules } from "./subdomains";

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
    ...onHostRules(config),
    ...environmentRules(config),
    ...secretRules(config, context.secretKeys),
  ];
}
