import { check as backups } from "./backups";
import { check as certificate } from "./certificate";
import type { Check } from "./check";
import { check as clock } from "./clock";
import { check as database } from "./database";
import { check as disk } from "./disk";
import { check as environments } from "./environments";
import { check as loginNodes } from "./login-nodes";
import { check as routes } from "./routes";
import { check as units } from "./units";
import { check as visibleJobs } from "./visible-jobs";

/** Every check of a deployed hub, in the order they are shown: what others stand on comes first. */
export const checks: readonly Check[] = [
  units,
  disk,
  database,
  backups,
  certificate,
  routes,
  loginNodes,
  visibleJobs,
  environments,
  clock,
];
