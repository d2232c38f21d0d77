import { z } from "zod";
import { network, secret } from "./values";

/** Metrics for Prometheus: docs/metrics.md. */
export const metricsSection = z.strictObject({
  token: secret(/^[A-Za-z0-9_-]{32,128}$/, "must be 32 to 128 letters, digits, _ or -").describe(
    "What the scraper shows as `Authorization: Bearer TOKEN`; it can read the metrics and do nothing else. Make one with `openssl rand -hex 32`. Another token here ends the old one.",
  ),
  from: z
    .array(network())
    .min(1, "must name at least one network")
    .describe(
      "Networks from which the metrics are served, at `url` + /hub/metrics and /hub/metrics/proxy; others are refused even with the token.",
    ),
});
