import type * as pulumi from "@pulumi/pulumi";

/** Who may log in: what an authenticator's part of the hub's configuration depends on, beside its own section. */
export interface LoginRules {
  allowAll: boolean;
  allowedUsers: readonly string[];
  allowedGroups: readonly string[];
  admins: readonly string[];
  /** What a user name must match as a whole: `users.namePattern`. */
  namePattern: string;
}

/** One way to log in as a stack configures it: all that the components need to know of it. */
export interface Authenticator {
  /** Its name: the key under `authentication`, and the name of its files. */
  name: string;
  /** Variables of the hub's container; no secret is among them. */
  environment(url: string): Record<string, string>;
  /** Content of the file mounted at PATHS.oauth: what must not be in the configuration file. */
  secretFile: pulumi.Output<string>;
  /** Its part of the hub's configuration file. */
  hubSection(rules: LoginRules): string;
}
