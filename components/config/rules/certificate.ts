import { certificateProblems } from "../certificate";
import type { ConfigProblem } from "../errors";
import type { ResolvedConfig } from "../files";

/** What the stage and each way to a certificate leave of the others, and whether the one that is given will do. */
export function certificateRules(config: ResolvedConfig, now: Date): ConfigProblem[] {
  const { tls, stage } = config;
  const files = tls.certificateFile !== undefined || tls.keyFile !== undefined;
  if (tls.selfSigned && (files || tls.request))
    return [
      {
        key: "tls.selfSigned",
        message: `true contradicts ${files ? "tls.certificateFile" : "tls.request: true"}`,
        remedy: "keep one of the two",
      },
    ];
  if (tls.request && tls.keyFile !== undefined)
    return [
      {
        key: "tls.keyFile",
        message: "contradicts tls.request: true, with which the key is made on the hub host and stays there",
        remedy: "remove one of the two",
      },
    ];
  if (tls.selfSigned && stage === "prod")
    return [
      {
        key: "tls.selfSigned",
        message: "true is not allowed with stage: prod",
        remedy: "set tls.certificateFile and tls.keyFile to a certificate from an authority, or tls.request: true",
      },
    ];
  if (tls.selfSigned) return [];
  if (!tls.request && (!tls.certificateFile || !tls.keyFile))
    return [
      {
        key: tls.certificateFile ? "tls.keyFile" : "tls.certificateFile",
        message: "is missing",
        remedy:
          stage === "dev"
            ? "set it, or tls.selfSigned: true"
            : "set tls.certificateFile and tls.keyFile, or tls.request: true for a request to send to an authority",
      },
    ];
  if (!config.certificate) return [];
  const problems = certificateProblems({
    chain: config.certificate.chain,
    key: config.certificate.key?.reveal(),
    hostname: new URL(config.url).hostname,
    subdomains: config.userSubdomains,
    now,
  });
  const tolerated = stage === "dev" ? problems.filter((p) => !p.startsWith("is self-signed")) : problems;
  return tolerated.map((message) => ({
    key: "tls.certificateFile",
    message: `${JSON.stringify(tls.certificateFile)} ${message}`,
  }));
}
