import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import { type Properties, toWire } from "./properties";

/** A failure in words meant for the person at the keyboard: no stack trace is shown. */
export class Failure extends Error {}

/** The resource was made but is not well: the engine keeps its state, and the next `up` tries to update it. */
export class PartialFailure extends Failure {
  constructor(
    readonly id: string,
    readonly state: Properties,
    readonly inputs: Properties,
    reason: string,
  ) {
    super(reason);
  }
}

/** What the gRPC server answers for an error. FAILED_PRECONDITION tells the engine that the old state still holds. */
export function toServiceError(error: unknown): Partial<ServiceError> {
  if (error instanceof PartialFailure) {
    const detail = new provider.ErrorResourceInitFailed();
    detail.setId(error.id);
    detail.setProperties(toWire(error.state));
    detail.setInputs(toWire(error.inputs));
    detail.setReasonsList([error.message]);
    detail.setRefreshBeforeUpdate(true);
    const packed = new any.Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const wire = new statusProto.Status();
    wire.setCode(status.FAILED_PRECONDITION);
    wire.setMessage(error.message);
    wire.addDetails(packed);
    const metadata = new Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(wire.serializeBinary()));
    return { code: status.FAILED_PRECONDITION, details: error.message, metadata };
  }
  if (error instanceof Failure) return { code: status.FAILED_PRECONDITION, details: error.message };
  return {
    code: status.FAILED_PRECONDITION,
    details: `Bug in the provider: ${error instanceof Error ? error.stack : error}`,
  };
}
