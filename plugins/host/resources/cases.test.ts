/** Runs the data files of every resource, resources/NAME/cases/*.yaml. docs/host-plugin.md tells what they say. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { known, type Properties } from "../../rpc/properties";
import { type CheckCase, type FactsCase, type PlanCase, type Rehearsed, readCases } from "../cases/case-file";
import { LocalFiles } from "../cases/local-files";
import { type Answering, RecordedHost } from "../cases/recorded-host";
import { Rehearsal, whyNotRehearse } from "../cases/rehearsal";
import type { Command } from "../connection/command";
import { encodeBatch } from "../connection/framing";
import { HostProvider } from "../provider";
import { type AnyResource, fileNameOf, resources } from ".";
import type { Values } from "./resource";

// The timer and the new connection are guard.ts's own business; here it counts that a change is guarded.
vi.mock("../guard/guard", async (original) => ({
  ...(await original<object>()),
  guarded: (host: RecordedHost, change: Parameters<RecordedHost["guarded"]>[0]) => host.guarded(change),
}));

const ANY = "<any>";
const noRehearsal = whyNotRehearse();
if (noRehearsal !== undefined) console.warn(`Cases with a host are skipped: ${noRehearsal}.`);

const provider = new HostProvider(false);
const commands: Command[] = [];
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** What is expected, with "<any>" in a text standing for anything. */
function matcher(value: unknown): unknown {
  if (value === ANY) return expect.anything();
  if (typeof value === "string" && value.includes(ANY)) {
    const pattern = value.split(ANY).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return expect.stringMatching(new RegExp(`^${pattern.join("[\\s\\S]*")}$`));
  }
  if (Array.isArray(value)) return value.map(matcher);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, matcher(item)]));
  return value;
}

function local({ here }: { here: CheckCase["here"] }): LocalFiles {
  const files = new LocalFiles(here);
  endings.push(() => files.end());
  return files;
}

async function check(resource: AnyResource, args: unknown): Promise<Properties> {
  const { inputs, failures } = await provider.check(`host:index:${resource.type}`, known(args as Values));
  expect(failures).toEqual([]);
  return inputs;
}

async function checked(resource: AnyResource, args: unknown): Promise<Values> {
  return (await check(resource, args)).values;
}

/** A host for a case, and what must be so once it was used. */
function hostFor(
  given: FactsCase | PlanCase,
  recorded: Answering,
): { recorder: RecordedHost; afterwards(expected: Rehearsed): void } {
  if (given.host === undefined) return { recorder: new RecordedHost(recorded), afterwards: () => undefined };
  const rehearsal = new Rehearsal(given.host);
  endings.push(() => rehearsal.end());
  const afterwards = ({ calls, after }: Rehearsed) => {
    if (calls !== undefined) expect(rehearsal.calls()).toEqual(matcher(calls));
    for (const [path, wanted] of Object.entries(after)) {
      const file = rehearsal.file(path);
      if (wanted === null) expect(file, path).toBeUndefined();
      else if (typeof wanted === "string") expect(file?.text, path).toEqual(matcher(wanted));
      else expect(file?.mode, path).toBe(wanted.mode);
    }
  };
  return { recorder: new RecordedHost((command) => rehearsal.run(command)), afterwards };
}

async function reads(resource: AnyResource, given: FactsCase): Promise<void> {
  const files = local(given);
  const { args, outputs, asks, answer = "", live, fails } = files.place(given);
  const state =
    given.import === undefined
      ? { ...(await checked(resource, args)), ...(outputs as Values) }
      : await checked(resource, resource.fromId(given.import));
  const answered = () => ({ exitCode: 0, stdout: answer, stderr: "" });
  const { recorder, afterwards } = hostFor(files.place(given), answered);
  const reading = resource.read(recorder.host, state);
  if (fails !== undefined) await expect(reading).rejects.toThrow(fails);
  else if (live === "gone") expect(await reading).toBeUndefined();
  else expect(await reading).toEqual(matcher(live === "same" ? state : { ...state, ...live }));
  commands.push(...recorder.commands);
  if (asks !== undefined) expect(recorder.asked).toEqual([{ run: matcher(asks) }]);
  afterwards(given);
}

async function plans(resource: AnyResource, given: PlanCase): Promise<void> {
  const files = local(given);
  const placed = files.place(given);
  const answers = (placed.commands ?? []).flatMap((command) => ("run" in command ? [command] : []));
  let next = 0;
  const { recorder, afterwards } = hostFor(placed, () => {
    const { answer = "", error = "", exit = 0 } = answers[next++] ?? {};
    return { exitCode: exit, stdout: answer, stderr: error };
  });
  const outcome = await act(resource, placed, recorder).catch((error: Error) => error);
  commands.push(...recorder.commands);
  if (placed.commands !== undefined)
    expect(recorder.asked).toEqual(
      placed.commands.map((command) => {
        if ("guarded" in command) return command;
        const { answer: _a, error: _e, exit: _x, ...asked } = command;
        return matcher(asked);
      }),
    );
  afterwards(placed);
  if (placed.fails === undefined) {
    if (outcome instanceof Error) throw outcome;
    if (placed.delete === undefined) {
      const wanted = await checked(resource, placed.create ?? placed.update?.to);
      expect(outcome).toEqual(matcher({ ...wanted, ...placed.outputs }));
    }
  } else {
    expect(outcome).toBeInstanceOf(Error);
    expect((outcome as Error).message).toContain(placed.fails);
    if (Object.keys(placed.outputs).length > 0) expect(outcome).toMatchObject({ state: placed.outputs });
  }
}

async function act(resource: AnyResource, given: PlanCase, { host }: RecordedHost): Promise<unknown> {
  if (given.create !== undefined) return resource.create(host, await checked(resource, given.create), "create");
  if (given.delete !== undefined)
    return resource.delete(host, { ...(await checked(resource, given.delete)), ...(given.outputs as Values) });
  if (given.update === undefined) throw new Error("a plan needs one of create, update and delete");
  const { from, outputs, to } = given.update;
  const state = { ...(await checked(resource, from)), ...(outputs as Values) };
  const wanted = await check(resource, to);
  if (given.changes !== undefined) {
    const { changes } = await provider.diff(`host:index:${resource.type}`, "id", known(state), wanted);
    expect(
      Object.fromEntries(
        Object.entries(changes).map(([path, { kind, replace }]) => [path, replace ? "replace" : kind]),
      ),
    ).toEqual(given.changes);
  }
  return resource.update(host, state, wanted.values);
}

async function checks(resource: AnyResource, given: CheckCase): Promise<void> {
  const { args, filled, wrong } = local(given).place(given);
  const { inputs, failures } = await provider.check(`host:index:${resource.type}`, known(args as Values));
  const reasons = Object.entries(wrong ?? {}).map(([property, reason]) => ({
    property,
    reason: expect.stringContaining(reason),
  }));
  expect(failures).toEqual(reasons);
  if (wrong === undefined) expect(inputs.values).toEqual(matcher({ ...args, ...filled }));
}

describe.each(resources.map((resource) => [resource.type, resource] as const))("%s", (_, resource) => {
  const found = readCases(join(import.meta.dirname, fileNameOf(resource), "cases"));
  const skipped = (given: FactsCase | PlanCase) => given.host !== undefined && noRehearsal !== undefined;

  it("has cases of its arguments, of reading, and of making, changing and deleting it", () => {
    const all = found.map(({ cases }) => cases);
    const plans = all.flatMap((cases) => cases.plans);
    expect(all.flatMap((cases) => cases.checks)).not.toEqual([]);
    expect(all.flatMap((cases) => cases.facts)).not.toEqual([]);
    for (const kind of ["create", "update", "delete"] as const)
      expect(
        plans.filter((plan) => plan[kind] !== undefined),
        kind,
      ).not.toEqual([]);
  });

  describe.each(found.map(({ file, cases }) => [file, cases] as const))("%s", (_, cases) => {
    for (const given of cases.checks) it(`arguments: ${given.name}`, () => checks(resource, given));
    for (const given of cases.facts) it.skipIf(skipped(given))(`facts: ${given.name}`, () => reads(resource, given));
    for (const given of cases.plans) it.skipIf(skipped(given))(`plan: ${given.name}`, () => plans(resource, given));
  });
});

describe("the scripts of all these commands", () => {
  it("are shell that a POSIX shell takes", () => {
    for (const script of new Set(commands.map((command) => command.script))) {
      const text = encodeBatch([{ id: 1, command: { script, args: [] } }], new Set()).toString();
      const { stderr } = spawnSync("/bin/sh", ["-n"], { input: text.replace(/^BATCH \d+\n/, ""), encoding: "utf8" });
      expect(stderr, script.name).toBe("");
    }
  });

  it("have names of their own, since one name is one function in the remote shell", () => {
    const names = [...new Set(commands.map(({ script }) => script))].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
