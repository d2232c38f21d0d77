import * as pulumi from "@pulumi/pulumi";
import { File, SystemdUnit } from "../../plugins/host/sdk";
import type { OnHubHostArgs } from "./authenticator";
import type { PamConfig } from "./pam";
import { LOGIN_UNIT, PAM_FILE, renderLoginUnit, renderPamService } from "./pam-units";

export interface PamLoginArgs extends OnHubHostArgs {
  pam: PamConfig;
}

/**
 * What checks passwords for a hub that is not root. PAM lets root alone check the password of another account. The group `shadow` would do with local
 * accounts, and show every hash to whoever captures the hub; a rule of sudo would start a program of root's with what the hub gives it: descriptors,
 * limits, a terminal. A program behind a socket takes nothing from the hub but a name and a password, and systemd confines it.
 */
export class PamLogin extends pulumi.ComponentResource {
  constructor(name: string, args: PamLoginArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:authenticators:PamLogin", name, {}, opts);
    const { stack, config, provider, facts, pam, software } = args;
    const onHost = { parent: this, provider };
    const before: pulumi.Resource[] = [];
    if (pam.service === undefined) {
      const content = renderPamService(stack, facts.packageManager);
      // No way in goes by this service: an error in it locks nobody out.
      before.push(new File(`${name}-pam`, { path: PAM_FILE, content, guarded: false }, onHost));
    }
    new SystemdUnit(
      `${name}-service`,
      {
        name: `${LOGIN_UNIT}.service`,
        content: renderLoginUnit(stack, config, pam),
        triggers: [software.hubVersion],
      },
      { ...onHost, dependsOn: before },
    );
    this.registerOutputs({});
  }
}
