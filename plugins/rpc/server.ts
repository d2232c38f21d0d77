import * as grpc from "@grpc/grpc-js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { isWithin } from "./difference";
import { toServiceError } from "./failure";
import { fromWire, type Properties, toWire } from "./properties";
import type { Checked, Difference, ResourceProvider, Subject } from "./provider";

const KINDS = {
  add: [pb.PropertyDiff.Kind.ADD, pb.PropertyDiff.Kind.ADD_REPLACE],
  delete: [pb.PropertyDiff.Kind.DELETE, pb.PropertyDiff.Kind.DELETE_REPLACE],
  update: [pb.PropertyDiff.Kind.UPDATE, pb.PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

function checkResponse(checked: Checked): pb.CheckResponse {
  const response = new pb.CheckResponse();
  response.setInputs(toWire(checked.inputs));
  for (const { property, reason } of checked.failures) {
    const failure = new pb.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

function diffResponse(difference: Difference): pb.DiffResponse {
  const response = new pb.DiffResponse();
  const changes = Object.entries(difference.changes);
  response.setChanges(
    changes.length > 0 ? pb.DiffResponse.DiffChanges.DIFF_SOME : pb.DiffResponse.DiffChanges.DIFF_NONE,
  );
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(difference.deleteBeforeReplace);
  for (const [property, { kind, replace }] of changes) {
    const detail = new pb.PropertyDiff();
    detail.setKind(KINDS[kind][replace ? 1 : 0]);
    response.getDetaileddiffMap().set(property, detail);
    response.addDiffs(property);
    if (replace) response.addReplaces(property);
  }
  return response;
}

function subject(request: { getUrn(): string }): Subject {
  const urn = request.getUrn();
  return { urn, name: urn.split("::").pop() ?? "" };
}

/** The inputs of the last run. Where there was none the engine sends no properties, or none in them. */
function oldInputs(wire: struct.Struct | undefined): Properties | undefined {
  const old = fromWire(wire);
  return Object.keys(old.values).length + old.unknowns.size === 0 ? undefined : old;
}

/** Makes a gRPC handler of an async function. */
function answer<Request, Response>(
  handle: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    handle(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback(toServiceError(error)),
    );
  };
}

function unsupported(what: string): grpc.handleUnaryCall<unknown, never> {
  return (_call, callback) => callback({ code: grpc.status.UNIMPLEMENTED, details: `${what} is not implemented` });
}

/** The calls of proto/provider.proto, answered by a provider. */
export function handlers(provider: ResourceProvider): grpc.UntypedServiceImplementation {
  return {
    handshake: answer(async (_: pb.ProviderHandshakeRequest) => {
      const response = new pb.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setAcceptResources(false);
      response.setAcceptOutputs(false);
      return response;
    }),
    getSchema: answer(async (_: pb.GetSchemaRequest) => {
      const response = new pb.GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
    getPluginInfo: answer(async (_: empty.Empty) => {
      const info = new pluginPb.PluginInfo();
      info.setVersion(provider.version);
      return info;
    }),
    attach: answer(async (_: pluginPb.PluginAttach) => new empty.Empty()),
    cancel: answer(async (_: empty.Empty) => {
      provider.cancel();
      return new empty.Empty();
    }),
    checkConfig: answer(async (request: pb.CheckRequest) =>
      checkResponse(
        await provider.checkConfig(
          request.getUrn().split("::").pop() || "host",
          request.getOlds() === undefined ? undefined : fromWire(request.getOlds()),
          fromWire(request.getNews()),
        ),
      ),
    ),
    diffConfig: answer(async (request: pb.DiffRequest) =>
      diffResponse(await provider.diffConfig(fromWire(request.getOldInputs()), fromWire(request.getNews()))),
    ),
    configure: answer(async (request: pb.ConfigureRequest) => {
      await provider.configure(request.getName() || "host", fromWire(request.getArgs()));
      const response = new pb.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setAcceptresources(false);
      response.setAcceptoutputs(false);
      return response;
    }),
    check: answer(async (request: pb.CheckRequest) =>
      checkResponse(
        await provider.check(request.getType(), fromWire(request.getNews()), {
          ...subject(request),
          old: oldInputs(request.getOlds()),
          randomSeed: request.getRandomseed_asU8(),
        }),
      ),
    ),
    diff: answer(async (request: pb.DiffRequest) => {
      const wanted = fromWire(request.getNews());
      const difference = await provider.diff(
        request.getType(),
        request.getId(),
        fromWire(request.getOlds()),
        wanted,
        fromWire(request.getOldInputs()),
      );
      const ignored = request.getIgnorechangesList();
      for (const path of Object.keys(difference.changes)) if (isWithin(path, ignored)) delete difference.changes[path];
      return diffResponse(difference);
    }),
    create: answer(async (request: pb.CreateRequest) => {
      const created = await provider.create(
        request.getType(),
        fromWire(request.getProperties()),
        request.getPreview(),
        subject(request),
      );
      const response = new pb.CreateResponse();
      response.setId(created.id);
      response.setProperties(toWire(created.state));
      response.setRefreshBeforeUpdate(provider.refreshBeforeUpdate);
      return response;
    }),
    read: answer(async (request: pb.ReadRequest) => {
      const state = fromWire(request.getProperties());
      const live = await provider.read(request.getType(), request.getId(), state, fromWire(request.getInputs()));
      const response = new pb.ReadResponse();
      if (live === undefined) return response;
      response.setId(live.id);
      response.setProperties(toWire(live.state));
      response.setInputs(toWire(live.inputs));
      response.setRefreshBeforeUpdate(provider.refreshBeforeUpdate);
      return response;
    }),
    update: answer(async (request: pb.UpdateRequest) => {
      const state = await provider.update(
        request.getType(),
        request.getId(),
        fromWire(request.getOlds()),
        fromWire(request.getNews()),
        request.getPreview(),
        subject(request),
      );
      const response = new pb.UpdateResponse();
      response.setProperties(toWire(state));
      response.setRefreshBeforeUpdate(provider.refreshBeforeUpdate);
      return response;
    }),
    delete: answer(async (request: pb.DeleteRequest) => {
      await provider.delete(request.getType(), request.getId(), fromWire(request.getProperties()), subject(request));
      return new empty.Empty();
    }),
    invoke: answer(async (request: pb.InvokeRequest) => {
      const result = await provider.invoke(request.getTok(), fromWire(request.getArgs()), request.getPreview());
      const response = new pb.InvokeResponse();
      response.setReturn(struct.Struct.fromJavaScript(result as { [key: string]: JavaScriptValue }));
      return response;
    }),
    parameterize: unsupported("Parameterize"),
    call: unsupported("Call"),
    construct: unsupported("Construct"),
    getMapping: answer(async (_: pb.GetMappingRequest) => new pb.GetMappingResponse()),
    getMappings: answer(async (_: pb.GetMappingsRequest) => new pb.GetMappingsResponse()),
    list: unsupported("List"),
  };
}

/** Answers on a free loopback port. */
export async function listen(provider: ResourceProvider): Promise<{ port: number; server: grpc.Server }> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(services.ResourceProviderService, handlers(provider));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, server };
}

/** Answers, and prints the port, as the engine expects of a plugin. Runs until the process or the engine is ended. */
export async function serve(provider: ResourceProvider): Promise<void> {
  // An engine that was killed cannot end its plugins; one whose parent is another than at its start has lost it.
  const engine = process.ppid;
  setInterval(() => process.ppid !== engine && process.exit(0), 1000).unref();
  const { port } = await listen(provider);
  process.stdout.write(`${port}\n`);
}
