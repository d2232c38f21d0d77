import * as grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/engine_pb.js";

/** Tells the person at the keyboard something that is no error. */
export type Warn = (message: string) => void;

/** How a message is shown. */
export interface LogOptions {
  /** The resource it is about. Default: the whole run. */
  urn?: string;
  /** Shown while it happens, and not kept with the run's diagnostics. Default false. */
  ephemeral?: boolean;
}

/** Tells the person at the keyboard something. */
export type Log = (severity: "info" | "warning" | "error", message: string, options?: LogOptions) => void;

const SEVERITIES = {
  info: pb.LogSeverity.INFO,
  warning: pb.LogSeverity.WARNING,
  error: pb.LogSeverity.ERROR,
} as const;

/** Messages through the engine, which prints them with the run. @param address as the engine passes it to a plugin on its command line. */
export function logThrough(address: string | undefined): Log {
  if (address === undefined) return (severity, message) => process.stderr.write(`${severity}: ${message}\n`);
  const engine = new services.EngineClient(address, grpc.credentials.createInsecure());
  return (severity, message, options = {}) => {
    const request = new pb.LogRequest();
    request.setSeverity(SEVERITIES[severity]);
    request.setMessage(message);
    request.setUrn(options.urn ?? "");
    request.setEphemeral(options.ephemeral ?? false);
    // A message that cannot be delivered must not fail what it is about.
    engine.log(request, () => undefined);
  };
}

/** Warnings through the engine. @param address as the engine passes it to a plugin on its command line. */
export function warnThrough(address: string | undefined): Warn {
  const log = logThrough(address);
  return (message) => log("warning", message);
}
