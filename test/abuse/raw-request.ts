/** Bytes on a TLS connection, for requests that no well-behaved client would send. */
import { connect, type SecureVersion } from "node:tls";

/** What came back until the other side closed or fell silent. */
export interface RawAnswer {
  /** Status lines, one an answer. */
  statuses: number[];
  text: string;
  /** Whether the other side ended the connection. */
  closed: boolean;
}

/** Sends bytes to the hub's front and reads until it closes, or says nothing for two seconds. */
export function sendRaw(url: string, authority: string, bytes: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port: Number(port || 443), servername: hostname, ca: authority });
    let text = "";
    const done = (closed: boolean) => {
      socket.destroy();
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map((match) => Number(match[1]));
      resolve({ statuses, text, closed });
    };
    socket.setTimeout(2000, () => done(false));
    socket.on("secureConnect", () => socket.write(bytes));
    socket.on("data", (part) => {
      text += part.toString("latin1");
    });
    socket.on("end", () => done(true));
    socket.on("error", (error: NodeJS.ErrnoException) => (error.code === "ECONNRESET" ? done(true) : reject(error)));
  });
}

/** Whether the hub's front agrees to speak exactly this version of TLS. */
export function speaks(url: string, authority: string, version: SecureVersion): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({
      ...{ host: "127.0.0.1", port: Number(port || 443), servername: hostname, ca: authority },
      ...{ minVersion: version, maxVersion: version },
      // Node.js itself would refuse the old ones before it asks.
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    socket.setTimeout(10_000, () => socket.destroy(new Error("silence")));
    socket.on("secureConnect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
