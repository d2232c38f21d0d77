import { z } from "zod";
import { Failure } from "../../../rpc/failure";
import type { Host } from "../../connection/host";
import { absolutePath, accountName } from "../arguments";
import type { Coming } from "../record";
import type { Resource } from "../resource";
import { liveRequest, parseRequest, readRequest } from "./facts";
import { makeRequest, removeRequest } from "./plan";

const args = {
  keyPath: absolutePath,
  requestPath: absolutePath,
  certPath: absolutePath,
  names: z.array(z.string().regex(/^[A-Za-z0-9*][A-Za-z0-9.:*-]*$/, "must be DNS names or IP addresses")).min(1),
  owner: accountName.default("root"),
  group: accountName.default("root"),
} satisfies z.ZodRawShape;

const schema = z.object(args);
export type RequestArgs = z.infer<typeof schema>;
export interface RequestOutputs {
  request: string;
  publicKey: string;
  certificate: string;
}

async function read(host: Host, args: RequestArgs) {
  return parseRequest(await host.must(`read ${args.requestPath}`, readRequest(args)));
}

async function make(host: Host, wanted: RequestArgs, coming: Coming): Promise<RequestArgs & RequestOutputs> {
  await host.must(`make the certificate request ${wanted.requestPath}`, makeRequest(wanted, coming));
  const facts = await read(host, wanted);
  if (facts === undefined) throw new Failure(`${host.where}: ${wanted.keyPath} vanished right after it was made.`);
  const { publicKey, request, certificate } = facts;
  return { ...wanted, publicKey, request, certificate };
}

export const certificateRequest: Resource<RequestArgs, RequestOutputs> = {
  type: "CertificateRequest",
  args,
  outputs: { request: ["keyPath", "requestPath", "names"], publicKey: ["keyPath"], certificate: ["certPath"] },
  replaceOn: ["keyPath", "requestPath"],
  id: ({ keyPath }) => keyPath,
  fromId: (keyPath) => ({ keyPath }),
  create: make,
  async read(host, state) {
    const facts = await read(host, state);
    return facts && liveRequest(state, facts);
  },
  update: (host, _state, wanted) => make(host, wanted, "again"),
  async delete(host, state) {
    await host.must(`remove the certificate request ${state.requestPath}`, removeRequest(state));
  },
};
