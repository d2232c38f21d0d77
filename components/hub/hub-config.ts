import { renderTemplate } from "../render";
import { type Plain, pythonLiteral } from "./python-literal";

/** Paths inside the hub's and the proxy's container: what is mounted where. */
export const containerPaths = {
  config: "/etc/jupyterhub/jupyterhub_config.py",
  oauthSecret: "/etc/jupyterhub/secrets/oauth.json",
  certificate: "/etc/jupyterhub/tls/cert.pem",
  certificateKey: "/etc/jupyterhub/tls/key.pem",
  trust: "/etc/jupyterhub/tls/ca.pem",
  sshKey: "/etc/jupyterhub/ssh/id_ed25519",
  knownHosts: "/etc/jupyterhub/ssh/known_hosts",
  state: "/var/lib/jupyterhub",
} as const;

/** A login node as the hub reaches it. */
export interface LoginNodeInput {
  /** Name for people, in messages and logs. */
  name: string;
  /** Name or address the hub connects to; `known_hosts` has its key under exactly this (`[address]:port` when the port is not 22). */
  address: string;
  /** TCP port of its sshd. */
  port: number;
}

/** A software environment that servers can be started in. */
export interface EnvironmentInput {
  /** What the form shows. */
  description: string;
  /** `bin` directory holding python with jupyterhub, absolute; null when the modules bring it. */
  path: string | null;
  /** Modules to load, after `module purge`. */
  modules: string[];
}

/** A Slurm partition that servers can be started in, and the most a server may ask for there. */
export interface PartitionInput {
  /** What the form shows. */
  description: string;
  /** CPU architecture shown beside it, or "". */
  architecture: string;
  /** Offer it in the form's simple tab. At least one partition is simple. */
  simple: boolean;
  /** CPUs. */
  maxCores: number;
  /** MiB; null: what Slurm says of the nodes. */
  maxMemoryMb: number | null;
  /** GPUs; 0 offers none. */
  maxGpus: number;
  /** gres of one GPU, e.g. `gpu:a100`; null: `gpu`. */
  gpuGres: string | null;
  /** Seconds. */
  maxRuntimeSeconds: number;
  /** Environments offered here, by id; the first is the default. */
  environments: Record<string, EnvironmentInput>;
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
  /** The hub as compute nodes reach it, e.g. `http://10.77.0.10:8081`. */
  apiUrl: string;
  authentication: {
    /** What the login button says: "Log in with ...". */
    loginService: string;
    /** Claim of the user data that is the cluster's user name, e.g. `preferred_username`. */
    usernameClaim: string;
    /** OAuth scopes asked for. */
    scopes: string[];
    /** Users let in by name. */
    allowedUsers: string[];
    /** Groups (of the identity provider) let in. */
    allowedGroups: string[];
    /** Claim that lists a user's groups; null when groups are not used. */
    groupsClaim: string | null;
    /** Everybody the provider authenticates is let in. */
    allowAll: boolean;
    /** Users who may see and stop all servers; never anyone's access to a server's contents. */
    adminUsers: string[];
    /** Regular expression (Python, whole match) for user names; null: `[a-z][a-z0-9_-]{0,31}`. */
    usernamePattern: string | null;
  };
  login: {
    /** Account on the login nodes. */
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
     * Null: looked up on the login node (`getent passwd`), which also refuses accounts below `minimumUid`.
     */
    home: string | null;
    /** Regular expression with named groups over the user name, for the rule; null: none. */
    usernameGroups: string | null;
    /** Login shell for terminals where the home directory comes from a rule. */
    shell: string;
    /** Lowest uid that may have a server (only checked when looked up). */
    minimumUid: number;
  };
  /** Names passed on to jobs; the same list as in sshd's AcceptEnv and sudo's env_keep. */
  forwardedEnvironment: string[];
  slurm: {
    /** Directory of sbatch, squeue, ... on the login nodes, e.g. `/usr/bin`. */
    binDirectory: string;
    /** Job name, as in `SlurmSubmitInput.jobName`. */
    jobName: string;
    /** The job script's template: `renderSlurmSubmit()`. */
    jobScript: string;
    /** By partition name; the first simple one is the form's default. */
    partitions: Record<string, PartitionInput>;
    /** Seconds between two looks at the queue while nobody is starting a server. */
    queryInterval: number;
    /** Seconds a server may take from request to running, waiting in the queue included. */
    startTimeout: number;
    /** Domain put after node names to reach them from the hub, e.g. `cluster.local`; null: the bare names resolve. */
    nodeDomain: string | null;
    /** Users may name a reservation. */
    allowReservation: boolean;
  };
  /** Ends servers nobody uses; null: never. */
  idleCuller: {
    /** Seconds without activity. */
    timeout: number;
    /** Seconds after which a server is ended whatever its activity; 0: never. */
    maxAge: number;
  } | null;
}

/** Renders `jupyterhub_config.py`. The result passes `python3 -m py_compile`. */
export function renderHubConfig(input: HubConfigInput): string {
  const literal = (value: Plain) => pythonLiteral(value);
  const { site, authentication, login, accounts, slurm } = input;
  const partitions = Object.fromEntries(
    Object.entries(slurm.partitions).map(([name, p]) => [
      name,
      {
        description: p.description,
        architecture: p.architecture,
        simple: p.simple,
        gpu: p.maxGpus > 0 ? `${p.gpuGres ?? "gpu"}:{}` : "",
        max_ngpus: p.maxGpus,
        max_nprocs: p.maxCores,
        max_runtime: p.maxRuntimeSeconds,
        jupyter_environments: Object.fromEntries(
          Object.entries(p.environments).map(([id, e]) => [
            id,
            { description: e.description, path: e.path ?? "", modules: e.modules.join(" "), add_to_path: true },
          ]),
        ),
      },
    ]),
  );
  const maxMemory = Object.fromEntries(
    Object.entries(slurm.partitions).flatMap(([name, p]) => (p.maxMemoryMb === null ? [] : [[name, p.maxMemoryMb]])),
  );
  const nodes = login.nodes.map(({ name, address, port }) => ({ name, address, port }));
  return renderTemplate("hub/jupyterhub_config.py", {
    stack: input.stack,
    allowGroups: authentication.groupsClaim !== null,
    culler: input.idleCuller,
    paths: containerPaths,
    python: {
      site: literal({ site_name: site.name, announcement: site.announcement ?? "", help_url: site.helpUrl ?? "" }),
      publicUrl: literal(input.publicUrl.replace(/\/?$/, "/")),
      apiUrl: literal(input.apiUrl.replace(/\/$/, "")),
      loginService: literal(authentication.loginService),
      usernameClaim: literal(authentication.usernameClaim),
      scopes: literal(authentication.scopes),
      allowedUsers: literal(authentication.allowedUsers),
      allowedGroups: literal(authentication.allowedGroups),
      groupsClaim: literal(authentication.groupsClaim ?? ""),
      allowAll: literal(authentication.allowAll),
      adminUsers: literal(authentication.adminUsers),
      usernamePattern: literal(authentication.usernamePattern ?? "[a-z][a-z0-9_-]{0,31}"),
      loginUser: literal(login.user),
      loginNodes: literal(nodes),
      connectTimeout: literal(login.connectTimeout),
      commandTimeout: literal(login.commandTimeout),
      home: literal(accounts.home ?? ""),
      usernameGroups: literal(accounts.usernameGroups ?? ""),
      shell: literal(accounts.shell),
      minimumUid: literal(accounts.minimumUid),
      forwarded: literal(input.forwardedEnvironment),
      binDirectory: literal(slurm.binDirectory),
      jobName: literal(slurm.jobName),
      jobScript: literal(slurm.jobScript),
      partitions: literal(partitions),
      maxMemory: literal(maxMemory),
      queryInterval: literal(slurm.queryInterval),
      startTimeout: literal(slurm.startTimeout),
      nodeDomain: literal(slurm.nodeDomain ?? ""),
      allowReservation: literal(slurm.allowReservation),
    },
  });
}
