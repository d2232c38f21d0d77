import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attach, type Box, type BoxHost } from "../../box/api";
import { shellOn } from "./trial/shell";
import { Trial, type Wanted } from "./trial/trial";

const DIR = "/etc/trial-files";
const SECRET = Buffer.from([0xff, 0xfe, 0, 0x73, 0x65, 0x63, 0x72, 0x65, 0x74, 0x2d, 0x62, 0x79, 0x74, 0x65, 0x73]);
const bytes: Record<string, Buffer> = {
  empty: Buffer.alloc(0),
  "no newline": Buffer.from("one\ntwo"),
  nul: Buffer.from("a\0b\n"),
  foreign: Buffer.from([0x66, 0xfc, 0x72, 0x0a, 0xc3, 0x28]),
  large: randomBytes(50 * 1024 * 1024),
  secret: SECRET,
};

let box: Box;
let host: BoxHost;
let sh: (text: string) => Promise<string>;
let trial: Trial;
let here: string;
let resources: Wanted[];

const sum = (data: Buffer) => createHash("sha256").update(data).digest("hex");
beforeAll(async () => {
  box = await attach("hosts");
  host = box.host("debian13");
  sh = shellOn(host);
  trial = await Trial.start(box, "10.79.0.11");
  here = await mkdtemp(join(tmpdir(), "files-"));
  await sh(`mkdir -p ${DIR}`);
  for (const [name, data] of Object.entries(bytes)) await writeFile(join(here, name), data);
  resources = Object.keys(bytes).map((name) => ({
    type: "File",
    name,
    args: { path: `${DIR}/${name}`, content: { asset: join(here, name) }, mode: "0600" },
    secrets: name === "secret" ? ["content"] : [],
  }));
});
afterAll(async () => {
  await trial?.destroy();
  await host?.run(["rm", "-rf", DIR]);
  await trial?.remove();
  if (here !== undefined) await rm(here, { recursive: true, force: true });
});

describe("content of any bytes", () => {
  it("arrives unchanged, and only its hash is in the state", async () => {
    const batches = await trial.batches(async () => {
      const { exitCode, output } = await trial.up({ resources });
      expect(exitCode, output).toBe(0);
    });
    // What is large travels by itself: nobody else waits for it.
    expect(Math.max(...batches)).toBeLessThan(100_000);
    for (const [name, data] of Object.entries(bytes))
      expect(await sh(`sha256sum <'${DIR}/${name}'`), name).toBe(`${sum(data)}  -`);
    const state = await trial.state();
    expect(state.length).toBeLessThan(100_000);
    expect(state).toContain(sum(bytes.large as Buffer));
    expect(state).not.toContain(sum(SECRET));
    expect(await sh(`ls -A ${DIR} | wc -l`)).toBe("6");
  });

  it("is compared byte by byte, shown as a hash, and repaired", async () => {
    await sh(
      `cd ${DIR}; printf x | dd of=large bs=1 seek=30000000 conv=notrunc status=none; printf '\\377\\033[2J' >>foreign`,
    );
    await sh(`cd ${DIR}; printf y >>secret; printf z >empty`);
    const { output } = await trial.previewText({ resources });
    const [before, after] = [sum(bytes.foreign as Buffer), await sh(`sha256sum <${DIR}/foreign`)].map((hash) =>
      hash.slice(0, 7),
    );
    expect(output).toContain(`- content: asset(file:${after}) { trial:${DIR}/foreign }`);
    expect(output).toContain(`+ content: asset(file:${before}) { ${here}/foreign }`);
    expect(output).toContain(`- content: asset(file:${(await sh(`sha256sum <${DIR}/large`)).slice(0, 7)})`);
    expect(output).toContain("~ content: [secret] => [secret]");
    expect(output).not.toMatch(new RegExp(`\\x1b\\[2J|${sum(SECRET).slice(0, 7)}|secret-bytes`));
    expect(output).toContain("4 to update");
    expect((await trial.up({ resources })).exitCode).toBe(0);
    for (const [name, data] of Object.entries(bytes))
      expect(await sh(`sha256sum <'${DIR}/${name}'`), name).toBe(`${sum(data)}  -`);
    expect(await trial.preview({ resources })).toEqual([]);
  });
});
