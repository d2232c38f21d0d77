/** Whether hosts and built files are out of reach on purpose, as in a preview on a CI machine: JUPYTERHUB_HPC_OFFLINE=1. */
export function isOffline(): boolean {
  return process.env.JUPYTERHUB_HPC_OFFLINE === "1";
}
