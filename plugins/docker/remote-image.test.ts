import { afterEach, describe, expect, test } from "vitest";
import { known, type Plain } from "../rpc/properties";
import { DockerProvider } from "./provider";
import type { Answer, TestEngine } from "./test-engine";
import { checked, connected, disconnect, SUBJECT } from "./test-provider";

const IMAGE = "docker:index/remoteImage:RemoteImage";

afterEach(disconnect);
const lines = (engine: TestEngine) => engine.asked.map(({ line }) => line);

const ID = `sha256:${"a".repeat(64)}`;
/** An engine that has the image once it has been pulled. */
function pulling(): (line: string) => Answer {
  let there = false;
  return (line) => {
    if (line.startsWith("POST /images/create")) there = true;
    if (line === "GET /images/json") return [200, there ? [{ Id: ID, RepoDigests: ["r:5000/a@sha256:d"] }] : []];
    if (line.endsWith("/json")) return there ? [200, { Id: ID }] : [404, { message: "no such image" }];
    return [200, line.startsWith("DELETE") ? [] : '{"status":"Pulling"}\n{"status":"Done"}\n'];
  };
}

describe("an image", () => {
  test("is pulled where it is missing, with the login for its registry", async () => {
    const auth = JSON.stringify([{ address: "r:5000", username: "u", password: "p" }]);
    const { provider, engine } = await connected(pulling(), { registryAuth: auth });
    const inputs = await checked(IMAGE, { name: "r:5000/a:1", platform: "linux/AMD64" });
    const { id, state } = await provider.create(IMAGE, inputs, false, SUBJECT);
    expect(id).toBe(`${ID}r:5000/a:1`);
    expect(state.values).toMatchObject({ name: "r:5000/a:1", imageId: ID, repoDigest: "r:5000/a@sha256:d" });
    const [pull] = engine.asked.filter(({ line }) => line.startsWith("POST"));
    expect(pull).toMatchObject({
      line: "POST /v1.41/images/create",
      query: { fromImage: "r:5000/a", tag: "1", platform: "linux/amd64" },
    });
    expect(JSON.parse(Buffer.from(String(pull?.headers["x-registry-auth"]), "base64url").toString())).toEqual({
      username: "u",
      password: "p",
      serveraddress: "https://r:5000",
    });
    await provider.create(IMAGE, inputs, false, SUBJECT);
    expect(lines(engine).filter((line) => line.startsWith("POST"))).toHaveLength(1);
  });

  test("that cannot be pulled says what the engine said, wherever it said it", async () => {
    const { provider: late } = await connected((line) =>
      line === "GET /images/json" ? [200, []] : line.startsWith("POST") ? [200, '{"error":"denied"}\n'] : [404, {}],
    );
    const inputs = await checked(IMAGE, { name: "a" });
    await expect(late.create(IMAGE, inputs, false, SUBJECT)).rejects.toThrow("unable to pull image a: denied");
    const { provider: early } = await connected((line) =>
      line === "GET /images/json" ? [200, []] : [404, { message: "unknown" }],
    );
    await expect(early.create(IMAGE, inputs, false, SUBJECT)).rejects.toThrow("unable to pull image a: unknown");
  });

  test.each<[string, Record<string, Plain>, Record<string, string> | undefined]>([
    ["goes", {}, { noprune: "1" }],
    ["goes by force", { forceRemove: true }, { noprune: "1", force: "1" }],
    ["is kept", { keepLocally: true }, undefined],
  ])("%s on deletion: %o", async (_, args, query) => {
    const { provider, engine } = await connected(pulling());
    const { id, state } = await provider.create(IMAGE, await checked(IMAGE, { name: "a", ...args }), false, SUBJECT);
    await provider.delete(IMAGE, id, state);
    const deleted = engine.asked.filter(({ line }) => line.startsWith("DELETE"));
    expect(deleted.map((one) => [one.line, one.query])).toEqual(query ? [["DELETE /v1.41/images/a", query]] : []);
  });

  test("is replaced by another name, updated by how it is to be removed; the order of triggers means nothing", async () => {
    const state = known({ name: "a", imageId: ID, pullTriggers: ["x", "y"], forceRemove: false });
    const diff = async (args: Record<string, Plain>) =>
      new DockerProvider().diff(
        IMAGE,
        "id",
        state,
        await checked(IMAGE, { name: "a", pullTriggers: ["y", "x"], ...args }),
      );
    expect(await diff({})).toEqual({ changes: {}, deleteBeforeReplace: false });
    expect(await diff({ name: "b" })).toEqual({
      changes: { name: { kind: "update", replace: true } },
      deleteBeforeReplace: false,
    });
    expect((await diff({ forceRemove: true })).changes).toEqual({ forceRemove: { kind: "add", replace: false } });
    expect((await diff({ pullTriggers: ["y"] })).changes).toEqual({ pullTriggers: { kind: "update", replace: true } });
  });

  test("is not built", async () => {
    const { failures } = await new DockerProvider().check(
      IMAGE,
      known({ name: "a", build: { context: "." } }),
      SUBJECT,
    );
    expect(failures).toEqual([{ property: "build", reason: expect.stringContaining("builds no images") }]);
  });
});
