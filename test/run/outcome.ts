/** What a part of the test run counted. */
export interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  /** Names of what failed, and what was skipped with its reason. */
  notes: string[];
}

export const NOTHING: Outcome = { passed: 0, failed: 0, skipped: 0, notes: [] };

export function add(a: Outcome, b: Outcome): Outcome {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    notes: [...a.notes, ...b.notes],
  };
}

/** The closing line that CI reads. */
export function closingLine(outcome: Outcome): string {
  return `${outcome.passed} passed, ${outcome.failed} failed, ${outcome.skipped} skipped`;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
}

/** Reads vitest's JSON report. A file that did not load has no assertion, but failed all the same. */
export function fromVitest(json: string): Outcome {
  const report = JSON.parse(json) as VitestReport;
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((a) => a.status !== "failed"),
  );
  const failed = report.testResults.flatMap((file) =>
    file.assertionResults.filter((a) => a.status === "failed").map((a) => `${file.name}: ${a.fullName}`),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
    notes: [...failed, ...broken.map((file) => `${file.name}: ${file.message ?? "did not load"}`)],
  };
}

/** Reads pytest's JUnit report: the attributes of its <testsuite> and the names of failed cases. */
export function fromPytest(xml: string): Outcome {
  const suite = /<testsuite [^>]*>/.exec(xml)?.[0] ?? "";
  const count = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  const cases = [...xml.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"[^>]*><(failure|error)/g)].map(
    (m) => `${m[1]}: ${m[2]}`,
  );
  return { passed: count("tests") - failed - count("skipped"), failed, skipped: count("skipped"), notes: cases };
}
