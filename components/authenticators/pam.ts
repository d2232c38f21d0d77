import { z } from "zod";
import { label } from "../config/values";
import { type Plain, pythonLiteral } from "../hub/python-literal";
import { renderTemplate } from "../render";
import type { Authenticator, LoginRules } from "./authenticator";
import { PamLogin } from "./pam-login";
import { LOGIN_SOCKET, LOGIN_UNIT } from "./pam-units";

/** Log in with an account of the hub host, by PAM: references/sheffield-sharc.rst, "ShARC's JupyterHub hosts". */
export const pamSection = z.strictObject({
  service: label()
    .optional()
    .describe(
      "A PAM service that is there already, of /etc/pam.d. Default: one of the project's own, `jupyterhub`, which asks what the distribution's own services ask.",
    ),
  failures: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe("Most failed log-ins of one account in `seconds`; further ones are refused without asking PAM."),
  seconds: z.int().min(10).max(86_400).default(600).describe("The time that `failures` is for, in seconds."),
});

/** A validated `authentication.pam`. */
export type PamConfig = z.output<typeof pamSection>;

/** Log-in with the hub host's accounts as configured. */
export function pam(config: PamConfig): Authenticator {
  return {
    name: "pam",
    environment: () => ({}),
    services: [LOGIN_UNIT],
    hubSection: renderPamForHub,
    onHubHost: (name, args, opts) => new PamLogin(name, { ...args, pam: config }, opts),
  };
}

function renderPamForHub(rules: LoginRules): string {
  const values: Record<string, Plain> = {
    socket: LOGIN_SOCKET,
    usernamePattern: rules.namePattern,
    allowAll: rules.allowAll,
    allowedUsers: [...new Set([...rules.allowedUsers, ...rules.admins])],
  };
  const literals = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, pythonLiteral(value)]));
  return renderTemplate("hub/authenticators/pam.py", literals);
}
