import { z } from "zod";
import { Failure } from "../../../rpc/failure";
import type { Host } from "../../connection/host";
import { absolutePath, accountName } from "../arguments";
import type { Coming } from "../record";
import type { Resource } from "../resource";
import { liveCertificate, parseCertificate, readCertificate } from "./facts";
import { isAnother, makeCertificate, removeCertificate } from "./plan";

const args = {
  certPath: absolutePath,
  keyPath: absolutePath,
  names: z.array(z.string().regex(/^[A-Za-z0-9*][A-Za-z0-9.:*-]*$/, "must be DNS names or IP addresses")).min(1),
  days: z.int().min(1).max(3650).default(365),
  owner: accountName.default("root"),
  group: accountName.default("root"),
} satisfies z.ZodRawShape;

const schema = z.object(args);
export type CertificateArgs = z.infer<typeof schema>;
interface Outputs {
  certificate: string;
  sha256: string;
}

async function read(host: Host, { certPath, keyPath, days }: CertificateArgs) {
  return parseCertificate(
    await host.must(`read ${certPath}`, readCertificate(certPath, keyPath, Math.round((days * 86_400) / 10))),
  );
}

async function make(
  host: Host,
  wanted: CertificateArgs,
  anew: boolean,
  coming: Coming,
): Promise<CertificateArgs & Outputs> {
  await host.must(`make the certificate ${wanted.certPath}`, makeCertificate(wanted, anew, coming));
  const facts = await read(host, wanted);
  if (facts === undefined) throw new Failure(`${host.where}: ${wanted.certPath} vanished right after it was made.`);
  return { ...wanted, certificate: facts.certificate, sha256: facts.sha256 };
}

export const selfSignedCertificate: Resource<CertificateArgs, Outputs> = {
  type: "SelfSignedCertificate",
  args,
  outputs: { certificate: ["certPath", "names", "days"], sha256: ["certPath", "names", "days"] },
  replaceOn: ["certPath", "keyPath"],
  id: ({ certPath }) => certPath,
  fromId: (certPath) => ({ certPath }),
  create: (host, wanted, coming) => make(host, wanted, true, coming),
  async read(host, state) {
    const facts = await read(host, state);
    return facts && liveCertificate(state, facts);
  },
  update: (host, state, wanted) => make(host, wanted, isAnother(state, wanted), "again"),
  async delete(host, state) {
    await host.must(`remove the certificate ${state.certPath}`, removeCertificate(state));
  },
};
