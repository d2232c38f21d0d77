import type { Command, Script } from "../../connection/command";
import { parseFields } from "../../facts/fields";
import type { RequestArgs, RequestOutputs } from "./certificate-request";

/** Key, request and certificate as they are. */
export interface RequestFacts {
  owner: string;
  group: string;
  /** PEM of the key's public half. */
  publicKey: string;
  /** PEM of the request; empty when it is not there or not of this key. */
  request: string;
  /** PEM of what lies where the certificate goes; empty when nothing does. */
  certificate: string;
}

const READ: Script = {
  name: "certificate_request_read",
  body: `
[ -f "$1" ] && [ ! -L "$1" ] || exit 0
stat -c 'stat %U %G' -- "$1"
public=$(openssl pkey -in "$1" -passin pass: -pubout 2>/dev/null) || exit 0
field public "$(printf '%s\\n' "$public" | base64 -w0)"
if [ "$public" = "$(openssl req -in "$2" -noout -pubkey 2>/dev/null)" ]; then field request "$(base64 -w0 <"$2")"; fi
if [ -f "$3" ]; then field certificate "$(head -c 65536 -- "$3" | base64 -w0)"; fi
`,
};

export function readRequest({ keyPath, requestPath, certPath }: RequestArgs): Command {
  return { script: READ, args: [keyPath, requestPath, certPath] };
}

/** `undefined` unless there is a key that can be read. */
export function parseRequest(stdout: string): RequestFacts | undefined {
  const fields = parseFields(stdout);
  const stat = fields.get("stat");
  if (stat === undefined || !fields.has("public")) return undefined;
  const [owner = "", group = ""] = stat.split(" ");
  const text = (name: string) => Buffer.from(fields.get(name) ?? "", "base64").toString("utf8");
  return { owner, group, publicKey: text("public"), request: text("request"), certificate: text("certificate") };
}

/** The state as the host has it: a request that is gone, another one or not of the key shows without names, and is made anew. */
export function liveRequest(
  state: RequestArgs & RequestOutputs,
  { owner, group, publicKey, request, certificate }: RequestFacts,
): RequestArgs & RequestOutputs {
  const names = request !== "" && request === state.request ? state.names : [];
  return { ...state, owner, group, names, publicKey, request, certificate };
}
