/** The schema of a stack's configuration: one entry per key under `jupyterhub-hpc:`. Only this folder knows the raw YAML. */
import { z } from "zod";
import { schedulerSection } from "../schedulers/index";
import { authenticationSection } from "./authentication";
import { cullingSection } from "./culling";
import { hubSection, pageSection, tlsSection } from "./hub";
import { environmentSection, loginSection, usersSection } from "./login";
import { metricsSection } from "./metrics";
import { flag, httpsUrl } from "./values";
import { webSection } from "./web";

export const stackSchema = z.strictObject({
  stage: z
    .enum(["prod", "dev"], { error: "must be prod or dev" })
    .describe(
      "prod: a real certificate is required. dev: only named users may log in, and a self-signed certificate will do.",
    ),
  url: httpsUrl().describe("The address people type. Its host must be the certificate's."),
  userSubdomains: flag()
    .default(false)
    .describe(
      "Give each user's server a host of its own below that of `url` (`alice.hub.example.org`), so that one user's pages cannot act in another's browser session. It needs DNS records and a certificate for `*.` that host; servers that run when it is changed have to be started again. Without it all users share one origin: for semi-trusted users only.",
    ),
  page: pageSection.prefault({}),
  hub: hubSection.describe("The hub host."),
  tls: tlsSection,
  web: webSection
    .optional()
    .describe("A web server in front of the hub's proxy, on the hub host. Default: the proxy answers people itself."),
  login: loginSection.describe("The login nodes."),
  users: usersSection.prefault({}).describe("The users' names and homes."),
  authentication: authenticationSection.describe("Who may log in, and how."),
  scheduler: schedulerSection.describe("What runs the servers; exactly one key."),
  culling: cullingSection.prefault({}).describe("Ending servers that nobody uses."),
  metrics: metricsSection
    .optional()
    .describe("Metrics for Prometheus (docs/metrics.md). Default: they are served to nobody."),
  environments: z
    .array(environmentSection)
    .min(1, "must name at least one environment")
    .describe("Environments that servers run in; the first is the form's default."),
});

/** A stack's configuration, typed, with defaults filled in. */
export type StackConfig = z.output<typeof stackSchema>;
