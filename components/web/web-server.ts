import type { Facts } from "../../plugins/host/sdk";
import type { StackConfig } from "../config/schema";

type PackageManager = Facts["packageManager"];

/** What a web server's files are made of. */
export interface WebServerInput {
  /** Name of the stack, for the headers. */
  stack: string;
  /** Address people use. */
  url: string;
  /** Whether each user's server has a host of its own below that of `url`. */
  userSubdomains: boolean;
  /** Port of the hub's proxy on the loopback address; it expects the PROXY protocol there. */
  innerPort: number;
}

/** A file of a web server's configuration. */
export interface WebServerFile {
  /** Name for the resource. */
  key: string;
  /** Where it lies on the host. */
  path: string;
  /** The whole text. */
  content: string;
  /** Commands after it was written or removed, as argument vectors: the server's own checker first, so that what it refuses is never loaded. */
  reload: string[][];
}

/** A web server in front of the hub's proxy, as data: what differs between the kinds, one file a kind. */
export interface WebServer {
  /** What is installed, by package manager. */
  packages: Record<PackageManager, string[]>;
  /** Its unit, without suffix. */
  unit: string;
  /** Account that its connections to the hub's proxy belong to, by package manager. */
  account: Record<PackageManager, string>;
  /** Its configuration for the hub: TCP passed through from port 443, redirects from port 80. */
  files(input: WebServerInput, packageManager: PackageManager): WebServerFile[];
}

/** The web server's section of a stack. */
export type WebSection = NonNullable<StackConfig["web"]>;
