import { execaSync } from "execa";
import { expect, test } from "vitest";
import { type Plain, pythonLiteral } from "./python-literal";

const roundTrip = (value: Plain): unknown =>
  JSON.parse(
    execaSync("python3", ["-c", "import ast,json,sys; print(json.dumps(ast.literal_eval(sys.stdin.read())))"], {
      input: pythonLiteral(value),
    }).stdout,
  );

test.each<Plain>([
  null,
  [true, false, null, 0, -1.5],
  { a: { b: [{ c: "d" }] }, empty: {}, none: [] },
  "quotes \" ' and \\ and \\n, {{ braces }}, % and ünïcödé 🙂",
  'lines\n"""\nwith \\ backslashes\\\nand an end quote"',
  "ends with a newline\n",
  "\u0000\u001f\u007f\u2028",
])("Python reads %j back as it was", (value) => {
  expect(roundTrip(value)).toEqual(value);
});

test("what is no plain data is refused", () => {
  expect(() => pythonLiteral(Number.NaN)).toThrow();
  expect(() => pythonLiteral(undefined as unknown as Plain)).toThrow();
});
