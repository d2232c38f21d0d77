import { afterEach, expect, test } from "vitest";
import { known } from "../rpc/properties";
import { DockerProvider } from "./provider";
import type { TestEngine } from "./test-engine";
import { checked, connected, disconnect, SUBJECT } from "./test-provider";

const NETWORK = "docker:index/network:Network";

afterEach(disconnect);
const lines = (engine: TestEngine) => engine.asked.map(({ line }) => line);

test("a preview asks the engine nothing, and knows what is given", async () => {
  const { provider, engine } = await connected(() => [500, {}]);
  const { state } = await provider.create(NETWORK, await checked(NETWORK, { driver: "bridge" }), true, SUBJECT);
  expect([...state.unknowns].sort()).toEqual(["internal", "ipamConfigs", "options", "scope"]);
  expect(engine.asked).toEqual([]);
});

test("an engine that is newer is spoken to as one that is known; one that is not there is named", async () => {
  const { provider, engine } = await connected(() => [404, {}], {}, "1.99");
  await provider.read(NETWORK, "n1", known({}), known({}));
  expect(lines(engine)).toEqual(["GET /_ping", "GET /v1.51/networks/n1"]);
  const nobody = new DockerProvider();
  await nobody.configure("engine", known({ host: `unix:///nowhere/nobody.sock` }));
  await expect(nobody.read(NETWORK, "n1", known({}), known({}))).rejects.toThrow(
    /Error pinging Docker server, please make sure that unix:.*nobody\.sock is reachable/,
  );
});

test("the provider's arguments are checked by name, and what is not served is said", async () => {
  const provider = new DockerProvider();
  const { failures } = await provider.checkConfig("e", undefined, known({ sshOpts: '"x"', colour: "red" }));
  expect(failures.map(({ property }) => property)).toEqual(["colour", "sshOpts"]);
  await expect(provider.check("docker:index/container:Container", known({}), SUBJECT)).rejects.toThrow(
    /serves docker:index\/remoteImage:RemoteImage and docker:index\/network:Network, not/,
  );
});
