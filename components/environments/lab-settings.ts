/** JupyterLab's own defaults, changed where they do not fit a cluster: nodes reach no news and no updates on the internet. */
const OVERRIDES = { "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false } };

/** Files that servers' environments have beside their packages, by their paths below them. */
export const LAB_SETTINGS: Record<string, string> = {
  "share/jupyter/lab/settings/overrides.json": `${JSON.stringify(OVERRIDES, null, 2)}\n`,
};
