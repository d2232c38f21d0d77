/** Whether a host was said to be gone for good: JUPYTERHUB_HPC_GONE=NAME[,NAME], by the names of the providers. */
export function isGone(name: string): boolean {
  return (process.env.JUPYTERHUB_HPC_GONE ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .includes(name);
}

/** What to do about a host that cannot be entered: its resources are read by the way that the state has, before the program is run. */
export function ifNoEntry(name: string): string {
  return `If the way in was changed in the stack meanwhile, as for a host that was reinstalled and has new keys: pulumi up --refresh --run-program goes by the new one.
If this host is gone for good, run the same command with JUPYTERHUB_HPC_GONE=${name} in front: what was on it is then dropped from the state.`;
}
