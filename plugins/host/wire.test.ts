/** The calls that a provider itself gets, as the engine makes them: through a real server and client. */
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import * as grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fromWire, known, type Properties, toWire } from "../rpc/properties";
import { listen } from "../rpc/server";
import { HostProvider } from "./provider";

const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5/2Oy+ZDYmrwOly6e94jmRBSmHwwn";
const FILE = "host:index:File";
const URN = `urn:pulumi:s::p::${FILE}::motd`;
const PROVIDER_URN = "urn:pulumi:s::p::pulumi:providers:host::hub";

/** Takes connections and never says a word. */
let silent: Server;
let port: number;
let connected: Promise<unknown>;
let server: grpc.Server;
let client: services.ResourceProviderClient;

beforeAll(async () => {
  silent = createServer();
  connected = once(silent, "connection");
  port = await new Promise((resolve) =>
    silent.listen(0, "127.0.0.1", () => resolve((silent.address() as { port: number }).port)),
  );
  const listening = await listen(new HostProvider(false));
  server = listening.server;
  client = new services.ResourceProviderClient(`127.0.0.1:${listening.port}`, grpc.credentials.createInsecure());
});
afterAll(() => {
  vi.unstubAllEnvs();
  client.close();
  server.forceShutdown();
  silent.close();
});

type Unary<Response> = (
  request: unknown,
  done: (error: grpc.ServiceError | null, response: Response) => void,
) => unknown;

function call<Response>(method: (...args: never[]) => unknown, request: unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    (method as Unary<Response>).call(client, request, (error, response) => (error ? reject(error) : resolve(response)));
  });
}

const way = (): Properties => known({ address: "127.0.0.1", port, user: "root", hostKeys: [HOST_KEY], agent: true });

function checkRequest(type: string, urn: string, values: Properties): pb.CheckRequest {
  const request = new pb.CheckRequest();
  request.setType(type);
  request.setUrn(urn);
  request.setNews(toWire(values));
  return request;
}

const failures = (response: pb.CheckResponse) =>
  response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);

describe("a provider on the wire", () => {
  it("shakes hands: it takes secrets, and is told of resources and outputs as plain values", async () => {
    const response = await call<pb.ProviderHandshakeResponse>(client.handshake, new pb.ProviderHandshakeRequest());
    expect(response.getAcceptSecrets()).toBe(true);
    expect(response.getAcceptResources()).toBe(false);
    expect(response.getAcceptOutputs()).toBe(false);
  });

  it("refuses a configuration by the name of what is wrong", async () => {
    const wrong = known({ address: "a b", user: "root", hostKeys: [HOST_KEY], agent: true, colour: "red" });
    const response = await call<pb.CheckResponse>(
      client.checkConfig,
      checkRequest("pulumi:providers:host", PROVIDER_URN, wrong),
    );
    expect(failures(response)).toEqual([
      expect.stringMatching(/^colour: the provider has no argument/),
      expect.stringMatching(/^address: is neither a host name/),
    ]);
  });

  it("tells a changed configuration from another host", async () => {
    const diff = async (wanted: Properties) => {
      const request = new pb.DiffRequest();
      request.setOldInputs(toWire(way()));
      request.setNews(toWire(wanted));
      const response = await call<pb.DiffResponse>(client.diffConfig, request);
      return { changed: response.getDiffsList(), replaced: response.getReplacesList() };
    };
    expect(await diff(way())).toEqual({ changed: [], replaced: [] });
    expect(await diff(known({ ...way().values, user: "admin" }))).toEqual({ changed: ["user"], replaced: [] });
    const other = known({ ...way().values, address: "127.0.0.2", hostKeys: ["ssh-ed25519 AAAA"] });
    expect(await diff(other)).toEqual({ changed: ["address", "hostKeys[0]"], replaced: ["address"] });
  });

  it("takes its configuration, with secrets and previews", async () => {
    vi.stubEnv("SSH_AUTH_SOCK", "/nonexistent");
    const request = new pb.ConfigureRequest();
    request.setArgs(toWire(way()));
    request.setName("hub");
    const response = await call<pb.ConfigureResponse>(client.configure, request);
    expect(response.getAcceptsecrets()).toBe(true);
    expect(response.getSupportspreview()).toBe(true);
  });

  it("checks arguments and keeps what is secret so", async () => {
    const given = { ...known({ path: "/etc/motd", content: "x" }), secrets: new Set(["content"]) };
    const response = await call<pb.CheckResponse>(client.check, checkRequest(FILE, URN, given));
    expect(failures(response)).toEqual([]);
    expect(fromWire(response.getInputs())).toMatchObject({ values: { mode: "0644" }, secrets: new Set(["content"]) });
    const bad = await call<pb.CheckResponse>(
      client.check,
      checkRequest(FILE, URN, known({ path: "motd", content: "x" })),
    );
    expect(failures(bad)).toEqual(["path: must be an absolute path"]);
  });

  it("takes a resource without old inputs for one that will be created, as the engine tells it: by an empty list", async () => {
    const check = vi.spyOn(HostProvider.prototype, "check");
    const request = checkRequest(FILE, URN, known({ path: "/etc/motd", content: "x" }));
    request.setOlds(toWire(known({})));
    await call<pb.CheckResponse>(client.check, request);
    expect(check.mock.lastCall?.[2]?.old).toBeUndefined();
    request.setOlds(toWire(known({ path: "/etc/motd" })));
    await call<pb.CheckResponse>(client.check, request);
    expect(check.mock.lastCall?.[2]?.old?.values).toEqual({ path: "/etc/motd" });
    check.mockRestore();
  });

  it("says that a resource is to be read before each update, and forgets changes that are ignored", async () => {
    const create = new pb.CreateRequest();
    create.setType(FILE);
    create.setUrn(URN);
    create.setProperties(toWire(known({ path: "/etc/motd", content: "x" })));
    create.setPreview(true);
    expect((await call<pb.CreateResponse>(client.create, create)).getRefreshBeforeUpdate()).toBe(true);
    const diff = new pb.DiffRequest();
    diff.setType(FILE);
    diff.setOlds(toWire(known({ path: "/a", content: "x", validate: ["a", "%s"], mode: "0644" })));
    diff.setNews(toWire(known({ path: "/a", content: "y", validate: ["b", "%s"], mode: "0600" })));
    diff.setIgnorechangesList(["validate", "mode"]);
    expect((await call<pb.DiffResponse>(client.diff, diff)).getDiffsList()).toEqual(["content"]);
  });

  it("has no function and no resource but its own", async () => {
    const invoke = new pb.InvokeRequest();
    invoke.setTok("host:index:nothing");
    await expect(call(client.invoke, invoke)).rejects.toThrow(/There is no function host:index:nothing/);
    const check = checkRequest("host:index:Nothing", URN, known({}));
    await expect(call<pb.CheckResponse>(client.check, check)).rejects.toThrow(
      /There is no resource host:index:Nothing/,
    );
  });

  it("ends a creation at once when the run is cancelled, with an error that leaves nothing in the state", async () => {
    const request = new pb.CreateRequest();
    request.setType(FILE);
    request.setUrn(URN);
    request.setProperties(
      toWire(known({ path: "/etc/motd", content: "x", owner: "root", group: "root", mode: "0644" })),
    );
    const outcome = call<pb.CreateResponse>(client.create, request).then(
      () => undefined,
      (error: grpc.ServiceError) => error,
    );
    await connected;
    await call(client.cancel, new empty.Empty());
    const error = await outcome;
    expect(error?.code).toBe(grpc.status.FAILED_PRECONDITION);
    expect(error?.details).toBe("hub (127.0.0.1): the run was cancelled. Run pulumi up again: it continues.");
    // Its presence would mean that the resource was made, and is to be kept.
    expect(error?.metadata.get("grpc-status-details-bin")).toEqual([]);
    await expect(call<pb.CreateResponse>(client.create, request)).rejects.toThrow(/the run was cancelled/);
  });
});
