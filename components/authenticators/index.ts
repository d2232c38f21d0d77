/** The ways to log in that there are. A new one is added here and in config/authentication.ts, and nowhere else among the components. */
import type { StackConfig } from "../config/schema";
import type { Authenticator } from "./authenticator";
import { oidc } from "./oidc";
import { pam } from "./pam";

/** The way to log in that is configured. */
export function authenticatorOf(section: StackConfig["authentication"]): Authenticator {
  if (section.oidc) return oidc(section.oidc);
  if (section.pam) return pam(section.pam);
  throw new Error("authentication: validated configuration without a way to log in");
}
