import { expect, test, vi } from "vitest";
import type { Answer, Command, Script } from "./command";
import { merged, type Pending } from "./merging";

const ONE: Script = { name: "one", body: "" };
const MANY: Script = { name: "many", body: "" };

function pending(id: number, command: Partial<Command>) {
  const answers: Answer[] = [];
  const errors: Error[] = [];
  const request: Pending = {
    id,
    command: { script: ONE, args: [`${id}`], ...command },
    resolve: (answer) => void answers.push(answer),
    reject: (error) => void errors.push(error),
  };
  return { request, answers, errors };
}

test("what one script can do together becomes one request, and each gets its part of the answer", () => {
  const alone = vi.fn();
  const [a, other, b] = [pending(1, { many: MANY }), pending(2, {}), pending(3, { many: MANY })];
  const sent = merged([a.request, other.request, b.request], alone);
  expect(sent.map(({ id, command: { script, args } }) => [id, script.name, args])).toEqual([
    [1, "many", ["1", "3"]],
    [2, "one", ["2"]],
  ]);
  sent[0]?.resolve({ exitCode: 0, stdout: "first\nnext\nnext\n", stderr: "" });
  expect(a.answers).toEqual([{ exitCode: 0, stdout: "first\n", stderr: "" }]);
  expect(b.answers).toEqual([{ exitCode: 0, stdout: "", stderr: "" }]);
  expect(alone).not.toHaveBeenCalled();
});

test.each([
  ["fails", { exitCode: 1, stdout: "first\nnext\nnext\n", stderr: "no" }],
  ["answers for too few", { exitCode: 0, stdout: "first\nnext\n", stderr: "" }],
  ["was cut short", { exitCode: 0, stdout: "first\nnext\nsecond\nnext\nthi", stderr: "" }],
])("when it %s, each is asked for by itself", (_, answer) => {
  const alone = vi.fn();
  const [a, b] = [pending(1, { many: MANY }), pending(2, { many: MANY })];
  merged([a.request, b.request], alone)[0]?.resolve(answer);
  expect(alone.mock.calls).toEqual([[a.request], [b.request]]);
  expect(a.answers).toEqual([]);
});

test("one alone is sent as it is, and a lost connection is told to all", () => {
  const single = pending(1, { many: MANY });
  expect(merged([single.request], vi.fn())[0]).toBe(single.request);
  const [a, b] = [pending(1, { many: MANY }), pending(2, { many: MANY })];
  merged([a.request, b.request], vi.fn())[0]?.reject(new Error("lost"));
  expect([a.errors.length, b.errors.length]).toEqual([1, 1]);
});

test("no request gets longer than a command line may be", () => {
  const all = Array.from({ length: 1200 }, (_, i) => pending(i, { many: MANY }).request);
  expect(merged(all, vi.fn()).map(({ command }) => command.args.length)).toEqual([500, 500, 200]);
});

test("what changes something goes together with its own group, inputs in order, and what was left out by itself", () => {
  const alone = vi.fn();
  const change = (id: number, group: string) =>
    pending(id, { together: { script: MANY, args: [`t${id}`], group }, input: Buffer.from(`input ${id};`) });
  const [a, other, b, c] = [change(1, "x"), change(2, "y"), change(3, "x"), change(4, "x")];
  const sent = merged([a.request, other.request, b.request, c.request], alone);
  expect(sent.map(({ command: { script, args } }) => [script.name, args])).toEqual([
    ["many", ["t1", "t3", "t4"]],
    ["one", ["2"]],
  ]);
  expect(sent[0]?.command.input?.toString()).toBe("input 1;input 3;input 4;");
  sent[0]?.resolve({ exitCode: 0, stdout: "next\nalone\nnext\nnext\n", stderr: "" });
  expect(a.answers).toEqual([{ exitCode: 0, stdout: "", stderr: "" }]);
  expect(b.answers).toEqual([]);
  expect(c.answers).toHaveLength(1);
  expect(alone.mock.calls).toEqual([[b.request]]);
});
