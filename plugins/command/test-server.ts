/** An SSH server in this process, for tests: it runs nothing, and notes what it was asked. */
import { generateKeyPairSync } from "node:crypto";
import { type AddressInfo, connect } from "node:net";
import ssh2, { type Connection } from "ssh2";

/** What a client asked for. */
export interface Asked {
  commands: string[];
  variables: Record<string, string>;
  input: string;
  logins: string[];
}

/** A server that listens on a loopback port. */
export interface TestServer {
  port: number;
  /** In known_hosts form without names. */
  hostKey: string;
  asked: Asked;
  close(): void;
}

/** What a command says and how it ends. */
export interface Answer {
  stdout?: string;
  stderr?: string;
  code?: number;
  signal?: string;
}

/** How the server behaves. */
export interface Behaviour {
  /** Names of variables it lets in. Default none. */
  accepts?: readonly string[];
  /** Logins it refuses before it accepts one. Default 0. */
  refusals?: number;
  /** What a command says and how it ends. Default: nothing, 0. */
  answer?: (command: string) => Answer;
  /** How one may log in. Default by password. */
  method?: "password" | "keyboard-interactive";
}

function serve(connection: Connection, behaviour: Behaviour, asked: Asked): void {
  const { accepts = [], answer = (): Answer => ({}), method = "password" } = behaviour;
  connection.on("authentication", (context) => {
    if (context.method === "none") return context.reject([method]);
    asked.logins.push(context.method);
    if (asked.logins.length <= (behaviour.refusals ?? 0) || context.method !== method) return context.reject([method]);
    if (context.method === "keyboard-interactive")
      return context.prompt([{ prompt: "Code: ", echo: false }], (answers) =>
        answers[0] === "right" ? context.accept() : context.reject(),
      );
    context.accept();
  });
  connection.on("tcpip", (accept, _reject, { destPort }) => {
    const socket = connect(destPort, "127.0.0.1");
    const channel = accept();
    channel.pipe(socket).pipe(channel);
  });
  connection.on("session", (accept) => {
    const session = accept();
    session.on("env", (acceptEnv, rejectEnv, { key, val }) => {
      if (!accepts.includes(key)) return rejectEnv?.();
      asked.variables[key] = val;
      acceptEnv?.();
    });
    session.on("exec", (acceptExec, _reject, { command }) => {
      asked.commands.push(command);
      const channel = acceptExec();
      channel.on("data", (data: Buffer) => {
        asked.input += data.toString();
      });
      channel.on("end", () => {
        const { stdout = "", stderr = "", code = 0, signal } = answer(command);
        channel.write(stdout);
        channel.stderr.write(stderr);
        if (signal === undefined) channel.exit(code);
        else channel.exit(signal, false, "");
        channel.end();
      });
    });
  });
  connection.on("error", () => undefined);
}

/** Starts a server with a host key of its own. */
export async function testServer(behaviour: Behaviour = {}): Promise<TestServer> {
  // ssh2's own generator makes a key now and then that it cannot read.
  const { privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "sec1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  const asked: Asked = { commands: [], variables: {}, input: "", logins: [] };
  const open = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (connection) => {
    open.add(connection);
    serve(connection, behaviour, asked);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hostKey: `${key.type} ${key.getPublicSSH().toString("base64")}`,
    asked,
    close: () => {
      for (const connection of open) connection.end();
      server.close();
    },
  };
}
