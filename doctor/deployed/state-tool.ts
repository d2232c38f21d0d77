/** The program `jupyterhub-state` of the hub host, over SSH. */
import { PATHS } from "../../components/hub/paths";
import type { Host } from "../../plugins/host/connection/host";
import { Failure } from "../../plugins/rpc/failure";

/** A name of a backup, as the hub host lists them. */
export const BACKUP_NAME = /^\d{8}T\d{6}Z-(scheduled|requested|before-upgrade)\.tar\.gz$/;

const RUN = {
  name: "jupyterhub_state",
  body: `
[ -x ${PATHS.stateTool} ] || { echo "${PATHS.stateTool} is not there: the hub is not deployed on this host. Next: pulumi up, if it ought to be there" >&2; exit 1; }
${PATHS.stateTool} "$@"`,
};
/** A large database takes its time, and a container is started. */
const TIMEOUT_SECONDS = 1800;

/**
 * Runs one command of it and gives what it printed.
 * @param doing what it is for, in the error: "back up the hub's state"
 */
export async function stateTool(host: Host, doing: string, args: readonly string[]): Promise<string> {
  return (await host.must(doing, { script: RUN, args, timeoutSeconds: TIMEOUT_SECONDS, slow: true })).trim();
}

const FETCH = { name: "fetch_backup", body: `${PATHS.stateTool} export "$1" | base64 -w0` };
const PUT = { name: "put_backup", body: `${PATHS.stateTool} import "$1"` };

/** A backup's bytes. */
export async function fetchBackup(host: Host, name: string): Promise<Buffer> {
  const text = await host.must(`read ${name}`, { script: FETCH, args: [name], timeoutSeconds: 600, slow: true });
  if (text.trim() === "") throw new Failure(`${name} cannot be read on the hub host.`);
  return Buffer.from(text, "base64");
}

/** Puts a backup among the others of a host. */
export async function putBackup(host: Host, name: string, content: Buffer): Promise<void> {
  await host.must(`write ${name}`, { script: PUT, args: [name], input: content, timeoutSeconds: 600, slow: true });
}
