import type * as pulumi from "@pulumi/pulumi";
import type { Facts, Provider } from "../../plugins/host/sdk";
import type { StackConfig } from "../config/schema";
import type { HubSoftware } from "../hub/runner";

/** Who may log in: what an authenticator's part of the hub's configuration depends on, beside its own section. */
export interface LoginRules {
  allowAll: boolean;
  allowedUsers: readonly string[];
  allowedGroups: readonly string[];
  admins: readonly string[];
  /** What a user name must match as a whole: `users.namePattern`. */
  namePattern: string;
}

export interface OnHubHostArgs {
  /** Name of the stack, for the headers of generated files. */
  stack: string;
  config: StackConfig;
  provider: Provider;
  facts: Facts;
  software: HubSoftware;
}

/** One way to log in as a stack configures it: all that the components need to know of it. */
export interface Authenticator {
  /** Its name: the key under `authentication`, and the name of its files. */
  name: string;
  /** Variables of the hub's process; no secret is among them. */
  environment(url: string): Record<string, string>;
  /** Content of the file at PATHS.oauth: what must not be in the configuration file. Default: there is none. */
  secretFile?: pulumi.Output<string>;
  /** Its part of the hub's configuration file. */
  hubSection(rules: LoginRules): string;
  /** Services of it that run on the hub host, by their names without suffix. Default: none. */
  services?: string[];
  /** What it needs on the hub host besides, before the hub starts. Default: nothing. */
  onHubHost?(name: string, args: OnHubHostArgs, opts: pulumi.ComponentResourceOptions): pulumi.Resource;
}
