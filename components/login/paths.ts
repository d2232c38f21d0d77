/** Where things lie on a login node. Each hub has its own: two hubs, production and development, may share the node. */

/** The directory of the program that the hub may start. */
export const programDirectory = (account: string) => `/usr/local/lib/jupyterhub-hpc-${account}`;

/** The program. */
export const programOf = (account: string) => `${programDirectory(account)}/cluster`;

/** Where the hub's account keeps what it counts. */
export const limitsDirectory = (home: string) => `${home.replace(/\/$/, "")}/limits`;
