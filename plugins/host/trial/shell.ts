import type { BoxHost } from "../../../box/api";

/** Runs shell text on a host, as root and without SSH; gives back its trimmed stdout. @throws Error with its stderr when it fails. */
export function shellOn(host: BoxHost): (text: string) => Promise<string> {
  return async (text) => {
    const { exitCode, stdout, stderr } = await host.run(["sh", "-ec", text], { timeoutSeconds: 120 });
    if (exitCode !== 0) throw new Error(`on the host, "${text}" failed: ${stderr}`);
    return stdout.trim();
  };
}
