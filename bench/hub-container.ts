/** The hub's own containers on the vub site, and further ones of the same image. */
import type { Box, Result } from "../box/api";

/** The account that runs the containers. */
export const ACCOUNT = "jupyterhub";
const IMAGE = "localhost/jupyterhub-hpc:current";

/**
 * Runs a program in a new container of the hub's image, without a network, as the account that runs the hub.
 * @param directory on the hub host, seen at the same place in the container
 */
export async function runInImage(
  box: Box,
  directory: string,
  argv: readonly string[],
  env: Record<string, string>,
  timeoutSeconds: number,
): Promise<Result> {
  const hub = box.host("hub");
  const uid = (await hub.run(["id", "-u", ACCOUNT])).stdout.trim();
  const confined = ["--rm", "--read-only", "--network=none", "--userns=keep-id:uid=1000,gid=1000", "--pull=never"];
  const variables = Object.entries(env).map(([name, value]) => `--env=${name}=${value}`);
  const options = [...confined, `--volume=${directory}:${directory}:ro`, "--tmpfs=/tmp:rw,size=256m,mode=1777"];
  return hub.run(["podman", "run", ...options, ...variables, IMAGE, ...argv], {
    user: ACCOUNT,
    env: { XDG_RUNTIME_DIR: `/run/user/${uid}` },
    timeoutSeconds,
  });
}
