import { expect, test } from "vitest";
import { decodeArgs, engineConfiguration } from "./configuration";
import { parseImageName } from "./image-name";
import { registryHeader } from "./registry-auth";
import { sshArguments, transport } from "./transport";

test.each([
  ["alpine", undefined, "alpine", "latest"],
  ["registry.example/library/alpine:3", "registry.example", "registry.example/library/alpine", "3"],
  ["group/name:1", undefined, "group/name", "1"],
  ["localhost:5000/name", "localhost:5000", "localhost:5000/name", "latest"],
  ["registry.example/a/b:1@sha256:ff", "registry.example", "registry.example/a/b", "sha256:ff"],
])("the image %s", (name, registry, path, reference) => {
  expect(parseImageName(name)).toEqual({ registry, path, reference });
});

test("an engine is reached by ssh with the docker client's command line", () => {
  expect(sshArguments("ssh://root@h:2222", ["-i", "key"])).toEqual(
    "-i|key|-o ConnectTimeout=30|-T|-l|root|-p|2222|--|h|docker|system|dial-stdio".split("|"),
  );
  expect(sshArguments("ssh://[fd79::17]/run/user/1/podman.sock", ["-T", "-oConnectTimeout=5"])).toEqual(
    "-T|-oConnectTimeout=5|--|fd79::17|docker|--host=unix:///run/user/1/podman.sock|system|dial-stdio".split("|"),
  );
});

test("the engine's address comes from the arguments, then from the environment", () => {
  expect(engineConfiguration({}, {}).host).toBe("unix:///var/run/docker.sock");
  const env = { DOCKER_HOST: "tcp://e:1", DOCKER_SSH_OPTS: "-i  key" };
  expect(engineConfiguration({}, env)).toMatchObject({ host: "tcp://e:1", sshOpts: ["-i", "key"] });
  expect(engineConfiguration({ host: "ssh://h" }, env).host).toBe("ssh://h");
  expect(() => engineConfiguration({ context: "none-such" }, {})).toThrow('no docker context "none-such"');
  expect(() => engineConfiguration({ certMaterial: "c" }, {})).toThrow("belong together");
  expect(() => transport(engineConfiguration({ host: "fd://1" }, {}))).toThrow(/fd:\/\/1 is none of unix/);
});

test("an engine by TCP is checked against the CA that is given", () => {
  const tls = { certMaterial: "c", keyMaterial: "k", host: "tcp://e:2376" };
  const { options } = transport(engineConfiguration({ ...tls, caMaterial: "ca" }, {}));
  expect(options).toMatchObject({ host: "e", port: "2376", ca: "ca", rejectUnauthorized: true });
  expect(transport(engineConfiguration(tls, {})).options).toMatchObject({ rejectUnauthorized: false });
});

test("arguments that are no text arrive as JSON", () => {
  expect(decodeArgs({ host: "h", sshOpts: '["-v"]', disableDockerDaemonCheck: "true" })).toEqual({
    host: "h",
    sshOpts: ["-v"],
    disableDockerDaemonCheck: true,
  });
});

test("a registry's login is taken from where the provider says, and from nowhere else", () => {
  const read = (header: string) => JSON.parse(Buffer.from(header, "base64url").toString());
  const file = JSON.stringify({ auths: { "https://r/v2/": { auth: Buffer.from("u:p:q").toString("base64") } } });
  const auths = [
    { address: "r", configFileContent: file },
    { address: "http://open", authDisabled: true },
  ];
  expect(read(registryHeader(auths, "r", {}))).toEqual({ username: "u", password: "p:q", serveraddress: "https://r" });
  expect(read(registryHeader(auths, "open", {}))).toMatchObject({ username: "username", serveraddress: "http://open" });
  expect(read(registryHeader(auths, "other", { DOCKER_REGISTRY_USER: "x" }))).toEqual({});
  expect(() => registryHeader([{ address: "r", configFile: "/none-such" }], "r", {})).toThrow(
    /logins for r cannot be read from \/none-such/,
  );
});
