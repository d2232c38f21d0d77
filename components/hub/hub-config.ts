import { renderTemplate } from "../render";
import { type HubPlaces, PATHS } from "./paths";
import { PORTS } from "./ports";
import { type Plain, pythonLiteral } from "./python-literal";

/** A login node as the hub reaches it. */
export interface LoginNodeInput {
  /** Name for people, in messages and logs. */
  name: string;
  /** Name or address the hub connects to; `known_hosts` has its key under exactly this (`[address]:port` when the port is not 22). */
  address: string;
  /** TCP port of its sshd. */
  port: number;
}

/** Everything the hub's configuration file is made of. Plain data: no Pulumi outputs, no secrets. */
export interface HubConfigInput {
  /** Stack the file comes from, named in its first line. */
  stack: string;
  site: {
    /** Shown in the page header and titles, e.g. "VUB Hydra". */
    name: string;
    /** One sentence on the login and spawn pages, or null. */
    announcement: string | null;
    /** Where "Help" leads and what error pages name, or null. */
    helpUrl: string | null;
  };
  /** Address people use, e.g. `https://hub.example.org`. */
  publicUrl: string;
  /** Whether each user's server has a host of its own below that of `publicUrl`. */
  userSubdomains: boolean;
  /** Whether browsers may be told to come by HTTPS only from now on: not with a certificate that they cannot check. */
  httpsOnly: boolean;
  /** The hub as compute nodes reach it, e.g. `https://10.77.0.10:8081`. */
  apiUrl: string;
  /** Name or address in it, which the hub's certificate is for. */
  apiAddress: string;
  /** Address at which the hub answers servers, and the interface that it has to come by; null: at every address of the network it is in. */
  apiListen: { address: string; interface: string } | null;
  /** Where the hub finds what is its own. */
  places: Pick<HubPlaces, "state" | "proxyIdentity">;
  /** SQLAlchemy's address of the database; no password is in it. */
  databaseUrl: string;
  /** Part of the file: who may log in (components/authenticators). */
  authenticator: string;
  /** Part of the file: what runs the servers (components/schedulers). */
  scheduler: string;
  /** Users who may see and stop all servers; never anyone's access to a server's contents. */
  adminUsers: string[];
  login: {
    /** The hub's own host as a login node, tried first: its name for people, and the program to start; null: it is none. */
    local: { name: string; program: string } | null;
    /** Account on the other login nodes. */
    user: string;
    /** Tried in this order. */
    nodes: LoginNodeInput[];
    /** Seconds to wait for a connection. */
    connectTimeout: number;
    /** Seconds to wait for one command. */
    commandTimeout: number;
  };
  accounts: {
    /**
     * Home directory by rule: `{username}`, and groups of `usernameGroups` as `{name}`, e.g. `/home/{username}`.
     * Null: looked up on the login node.
     */
    home: string | null;
    /** Regular expression with named groups over the user name, for the rule; null: none. */
    usernameGroups: string | null;
    /** Login shell for terminals where the home directory comes from a rule. */
    shell: string;
    /** Lowest uid that may have a server (checked here when looked up; the login nodes check it each time). */
    minimumUid: number;
  };
  /** Names passed on to jobs; the same list as in sshd's AcceptEnv and sudo's env_keep. */
  forwardedEnvironment: string[];
  /** Networks from which Prometheus may read the metrics; null: nobody may. */
  metricsFrom: string[] | null;
  /** Ends servers nobody uses; null: never. */
  idleCuller: {
    /** Seconds without activity. */
    timeout: number;
    /** Seconds after which a server is ended whatever its activity; 0: never. */
    maxAge: number;
  } | null;
}

/** What every page of the hub says to the browser, beside what JupyterHub says by itself (no frame of another page, cookies that scripts cannot read). */
function pageHeaders({ httpsOnly, userSubdomains }: HubConfigInput): Record<string, string> {
  return {
    "X-Content-Type-Options": "nosniff",
    ...(httpsOnly && {
      "Strict-Transport-Security": `max-age=31536000${userSubdomains ? "; includeSubDomains" : ""}`,
    }),
  };
}

/** Renders `jupyterhub_config.py`. The result passes `python3 -m py_compile`. */
export function renderHubConfig(input: HubConfigInput): string {
  const literal = (value: Plain) => pythonLiteral(value);
  const { site, login, accounts } = input;
  const nodes = [
    ...(login.local ? [login.local] : []),
    ...login.nodes.map(({ name, address, port }) => ({ name, address, port })),
  ];
  return renderTemplate("hub/jupyterhub_config.py", {
    stack: input.stack,
    authenticator: input.authenticator.trimEnd(),
    scheduler: input.scheduler.trimEnd(),
    culler: input.idleCuller,
    userSubdomains: input.userSubdomains,
    metrics: input.metricsFrom !== null,
    paths: { ...PATHS, ...input.places },
    listensAt: input.apiListen !== null,
    overSsh: login.nodes.length > 0,
    ports: PORTS,
    python: {
      site: literal({ site_name: site.name, announcement: site.announcement ?? "", help_url: site.helpUrl ?? "" }),
      publicUrl: literal(input.publicUrl.replace(/\/?$/, "/")),
      subdomainHost: literal(input.publicUrl.replace(/\/$/, "")),
      headers: literal(pageHeaders(input)),
      apiAddress: literal([input.apiAddress]),
      apiListen: literal(input.apiListen?.address ?? ""),
      apiInterface: literal(input.apiListen?.interface ?? ""),
      databaseUrl: literal(input.databaseUrl),
      apiUrl: literal(input.apiUrl.replace(/\/$/, "")),
      adminUsers: literal(input.adminUsers),
      loginUser: literal(login.user),
      loginNodes: literal(nodes),
      connectTimeout: literal(login.connectTimeout),
      commandTimeout: literal(login.commandTimeout),
      home: literal(accounts.home ?? ""),
      usernameGroups: literal(accounts.usernameGroups ?? ""),
      shell: literal(accounts.shell),
      minimumUid: literal(accounts.minimumUid),
      forwarded: literal(input.forwardedEnvironment),
      metricsFrom: literal(input.metricsFrom ?? []),
      proxyMetrics: literal(`http://127.0.0.1:${PORTS.proxyMetrics}/metrics`),
    },
  });
}
