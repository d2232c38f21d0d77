import { isIP } from "node:net";
import type { ConfigProblem } from "../errors";
import type { ResolvedConfig } from "../files";

/** A host for each user lies below a name, and below no address. */
export function subdomainRules({ userSubdomains, url }: ResolvedConfig): ConfigProblem[] {
  const { hostname } = new URL(url);
  if (!userSubdomains || isIP(hostname.replace(/^\[|\]$/g, "")) === 0) return [];
  return [
    {
      key: "userSubdomains",
      message: `true needs a name in \`url\`, which has the address ${hostname}: no name lies below an address`,
      remedy: "give `url` a name, or set userSubdomains: false",
    },
  ];
}
