import { z } from "zod";
import { absolutePath } from "./values";

const nginx = z.strictObject({
  streamFile: absolutePath()
    .optional()
    .describe(
      "File that the site's own `stream` block in nginx.conf includes, for example /etc/nginx/streams.d/jupyterhub.conf: then the server alone is written there. Its directory must exist. Default: a `stream` block of its own in a file that nginx.conf includes already.",
    ),
});

/** The reverse proxy on the hub host: docs/web.md. One key, the name of the kind. */
export const webSection = z.strictObject({
  nginx: nginx.describe(
    "nginx: connections to port 443 are passed on as they are, TLS is not its concern; port 80 is redirected to `url`. Its other sites are left alone.",
  ),
});
