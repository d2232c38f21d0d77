/**
 * The environment variables that may cross SSH and sudo on their way from the hub to a user's job. Written once: the hub's `SendEnv`, sshd's
 * `AcceptEnv` and sudo's `env_keep` are rendered from this list (design.md, "What must hold everywhere", 3). The names are those that JupyterHub's
 * `Spawner.get_env()` sets for a single-user server, and the certificate of the hub's authority; runtime/tests checks that none is missing.
 */
export const FORWARDED_ENVIRONMENT: readonly string[] = [
  "JUPYTERHUB_ACTIVITY_URL",
  "JUPYTERHUB_API_TOKEN",
  "JUPYTERHUB_API_URL",
  "JUPYTERHUB_BASE_URL",
  "JUPYTERHUB_CLIENT_ID",
  "JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED",
  "JUPYTERHUB_COOKIE_OPTIONS",
  "JUPYTERHUB_DEBUG",
  "JUPYTERHUB_DEFAULT_URL",
  "JUPYTERHUB_DISABLE_USER_CONFIG",
  "JUPYTERHUB_HOST",
  "JUPYTERHUB_HPC_AUTHORITY",
  "JUPYTERHUB_OAUTH_ACCESS_SCOPES",
  "JUPYTERHUB_OAUTH_CALLBACK_URL",
  "JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES",
  "JUPYTERHUB_PUBLIC_HUB_URL",
  "JUPYTERHUB_PUBLIC_URL",
  "JUPYTERHUB_ROOT_DIR",
  "JUPYTERHUB_SERVER_NAME",
  "JUPYTERHUB_SERVICE_PREFIX",
  "JUPYTERHUB_SERVICE_URL",
  "JUPYTERHUB_USER",
];
