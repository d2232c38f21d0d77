/** What every contestant puts on the host. */
import { createHash } from "node:crypto";

/** Bytes of each file. */
export const FILE_BYTES = 2700;
/** Services beside the files. */
export const UNITS = 5;
/** Where the files go; the directory is there already. */
export const DIRECTORY = "/etc/bench";

export interface LoadFile {
  path: string;
  content: string;
  sha256: string;
}

/** A service that tells when it is ready, as those of the hub do: its file, and it is to be enabled and active. */
export interface LoadUnit {
  name: string;
  path: string;
  content: string;
}

export interface Load {
  files: LoadFile[];
  units: LoadUnit[];
}

/** Makes `count` files, no two alike, and the units. Files are root's, 0644. */
export function makeLoad(count: number): Load {
  const files = Array.from({ length: count }, (_, i) => {
    const line = `# file ${i} of ${count}: what a configuration file might say, line after line\n`;
    const content = `${line.repeat(Math.ceil(FILE_BYTES / line.length)).slice(0, FILE_BYTES - 1)}\n`;
    return { path: `${DIRECTORY}/file-${i}.conf`, content, sha256: createHash("sha256").update(content).digest("hex") };
  });
  const units = Array.from({ length: UNITS }, (_, i) => {
    const name = `bench-${i}.service`;
    const content = `[Unit]\nDescription=Bench ${i}\n\n[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/sh -c 'systemd-notify --ready && exec sleep infinity'\n\n[Install]\nWantedBy=multi-user.target\n`;
    return { name, path: `/etc/systemd/system/${name}`, content };
  });
  return { files, units };
}
