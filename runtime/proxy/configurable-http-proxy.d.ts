/** What servers.js uses of the proxy, which is installed in its image only. */
declare module "configurable-http-proxy/lib/configproxy.js" {
  export class ConfigurableProxy {
    proxy: import("node:events").EventEmitter;
    handleProxyWeb(
      request: import("node:http").IncomingMessage,
      response: import("node:http").ServerResponse,
    ): Promise<void>;
    proxyOptsForTarget(target: URL): { target: URL; secure: boolean; agent?: import("node:http").Agent };
    _handleProxyErrorDefault(
      code: number,
      kind: string,
      request: import("node:http").IncomingMessage,
      response: import("node:http").ServerResponse,
    ): void;
  }
}
