/** What checks passwords on the hub host, as text: the PAM service, and the unit of the program that asks it as root (runtime/jupyterhub_hpc/pam_service.py). */
import type { Facts } from "../../plugins/host/sdk";
import type { StackConfig } from "../config/schema";
import { OWN_PACKAGES, onHostOf } from "../hub/on-host/paths";
import { renderTemplate } from "../render";
import type { PamConfig } from "./pam";

/** Name of the unit. */
export const LOGIN_UNIT = "jupyterhub-login";
/** Where the hub asks: in the unit's runtime directory. */
export const LOGIN_SOCKET = `/run/${LOGIN_UNIT}/socket`;
/** Name of the PAM service. */
const PAM_SERVICE = "jupyterhub";
export const PAM_FILE = `/etc/pam.d/${PAM_SERVICE}`;

/** How each family of distributions says in a PAM service: what you ask everywhere. */
const COMMON: Record<Facts["packageManager"], string[]> = {
  apt: ["@include common-auth", "@include common-account"],
  dnf: ["auth include password-auth", "account include password-auth"],
};

/** The PAM service: it authenticates and judges accounts, and opens no session, since nothing runs here in the user's name (pam.conf(5)). */
export function renderPamService(stack: string, packageManager: Facts["packageManager"]): string {
  // /etc/nologin keeps people out here as elsewhere.
  return renderTemplate("hub/pam", { stack, lines: ["account requisite pam_nologin.so", ...COMMON[packageManager]] });
}

/** The unit of the program that asks PAM. */
export function renderLoginUnit(stack: string, config: StackConfig, pam: PamConfig): string {
  const { environment } = onHostOf(config.hub);
  return renderTemplate("hub/units/login.service", {
    stack,
    unit: LOGIN_UNIT,
    environment,
    packages: `${environment}/${OWN_PACKAGES}`,
    account: config.hub.account,
    pamService: pam.service ?? PAM_SERVICE,
    minimumUid: config.login.minimumUid,
    failures: pam.failures,
    seconds: pam.seconds,
  });
}
