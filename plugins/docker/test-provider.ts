/** The stand-in with an engine of a test. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { known, type Plain, type Properties } from "../rpc/properties";
import type { CheckSubject } from "../rpc/provider";
import { DockerProvider } from "./provider";
import { type Answer, type TestEngine, testEngine } from "./test-engine";

export const SUBJECT: CheckSubject = {
  urn: "urn",
  name: "servers",
  old: undefined,
  randomSeed: new Uint8Array([1, 2]),
};

/** A provider that is configured for an engine. */
export interface Connected {
  provider: DockerProvider;
  engine: TestEngine;
}

const open: (() => Promise<void>)[] = [];

/** Ends all engines. */
export async function disconnect(): Promise<void> {
  for (const close of open.splice(0)) await close();
}

/** Starts an engine and a provider for it. */
export async function connected(
  answer: (line: string, before: number) => Answer,
  config: Record<string, Plain> = {},
  version?: string,
): Promise<Connected> {
  const directory = await mkdtemp(join(tmpdir(), "engine-"));
  const engine = await testEngine(directory, answer, version);
  open.push(async () => {
    engine.close();
    await rm(directory, { recursive: true, force: true });
  });
  const provider = new DockerProvider();
  const inputs = known({ host: engine.host, ...config });
  expect((await provider.checkConfig("engine", undefined, inputs)).failures).toEqual([]);
  await provider.configure("engine", inputs);
  return { provider, engine };
}

/** Inputs that are in order. */
export async function checked(type: string, args: Record<string, Plain>, subject = SUBJECT): Promise<Properties> {
  const { inputs, failures } = await new DockerProvider().check(type, known(args), subject);
  expect(failures).toEqual([]);
  return inputs;
}
