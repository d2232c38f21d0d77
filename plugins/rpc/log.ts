import * as grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/engine_pb.js";

/** Tells the person at the keyboard something that is no error. */
export type Warn = (message: string) => void;

/** Warnings through the engine, which prints them with the run's diagnostics. @param address as the engine passes it to a plugin on its command line. */
export function warnThrough(address: string | undefined): Warn {
  if (address === undefined) return (message) => process.stderr.write(`warning: ${message}\n`);
  const engine = new services.EngineClient(address, grpc.credentials.createInsecure());
  return (message) => {
    const request = new pb.LogRequest();
    request.setSeverity(pb.LogSeverity.WARNING);
    request.setMessage(message);
    // A warning that cannot be delivered must not fail what it is about.
    engine.log(request, () => undefined);
  };
}
