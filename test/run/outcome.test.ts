import { expect, test } from "vitest";
import { add, closingLine, fromPytest, fromVitest, NOTHING } from "./outcome";

test("counts add up to the closing line", () => {
  const sum = add({ ...NOTHING, passed: 2, notes: ["a"] }, { passed: 1, failed: 3, skipped: 4, notes: ["b"] });
  expect(closingLine(sum)).toBe("3 passed, 3 failed, 4 skipped");
  expect(sum.notes).toEqual(["a", "b"]);
});

test("a vitest file that does not load counts as a failure", () => {
  const report = {
    numPassedTests: 1,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [{ name: "x.test.ts", status: "failed", message: "no such module", assertionResults: [] }],
  };
  expect(fromVitest(JSON.stringify(report))).toEqual({
    passed: 1,
    failed: 1,
    skipped: 0,
    notes: ["x.test.ts: no such module"],
  });
});

test("pytest's failures and errors both count", () => {
  const xml =
    '<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="1" tests="10"><testcase classname="a" name="b" time="0"><failure message="x"/></testcase></testsuite></testsuites>';
  expect(fromPytest(xml)).toEqual({ passed: 6, failed: 3, skipped: 1, notes: ["a: b"] });
});
