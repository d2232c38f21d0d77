import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { forTarget } from "./wheels";

test("markers are judged for the target, not for the Python that downloads", () => {
  const lock = [
    "# comment",
    "a==1 \\\n    --hash=sha256:11 \\\n    --hash=sha256:12",
    "b==2 ; python_full_version < '3.12' \\\n    --hash=sha256:21",
    "c==3 ; python_full_version >= '3.11.5' and sys_platform != 'win32' \\\n    --hash=sha256:31",
    "d==4 ; sys_platform == 'darwin' or os_name == 'nt' \\\n    --hash=sha256:41",
    "e==5 ; platform_python_implementation != 'PyPy' \\\n    --hash=sha256:51",
  ].join("\n");
  expect(forTarget(lock).split("\n")).toEqual([
    "a==1 --hash=sha256:11 --hash=sha256:12",
    "c==3 --hash=sha256:31",
    "e==5 --hash=sha256:51",
  ]);
});

test("an unknown marker is an error, not a guess", () => {
  expect(() => forTarget("a==1 ; extra == 'x' \\\n    --hash=sha256:11")).toThrow(/marker/);
});

test.each(["hub", "previous", "singleuser"])(
  "every entry of %s.txt has a version and hashes, and no index is named",
  (lock) => {
    const text = readFileSync(`runtime/requirements/${lock}.txt`, "utf8");
    expect(text).not.toMatch(/https?:|--index|--find-links/);
    const lines = forTarget(text).split("\n");
    expect(lines.length).toBeGreaterThan(40);
    for (const line of lines) expect(line).toMatch(/^[a-z0-9-]+==\S+( --hash=sha256:[0-9a-f]{64})+$/);
  },
);

test("hub and servers have the same jupyterhub", () => {
  const version = (lock: string) =>
    /^jupyterhub==(\S+)/m.exec(readFileSync(`runtime/requirements/${lock}.txt`, "utf8"))?.[1];
  expect(version("hub")).toBe("6.1.1");
  expect(version("singleuser")).toBe(version("hub"));
});
