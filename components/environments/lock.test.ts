import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isAtLeast, readLock } from "./lock";
import { compareHubs, HUB_LOCK, SERVERS_LOCK, serversProblems, versionIn, withPackages } from "./requirements";

const HASH = `--hash=sha256:${"a".repeat(64)}`;
const GOOD = `jupyterhub==6.1.1 ${HASH}\njupyterlab==4.5.0 ${HASH}\njupyter-server==2.18.0 ${HASH}\n`;
const words = (text: string, hub = "6.1.1") =>
  serversProblems(text, hub).map(({ line, message }) => `${line}: ${message}`);

test("the project's own locks go together", () => {
  const [hub, servers] = [HUB_LOCK, SERVERS_LOCK].map((path) => readFileSync(path, "utf8"));
  expect(readLock(hub ?? "").problems).toEqual([]);
  expect(serversProblems(servers ?? "", versionIn(hub ?? "", "jupyterhub") ?? "")).toEqual([]);
  expect(versionIn(servers ?? "", "jupyterhub")).toBe(versionIn(hub ?? "", "jupyterhub"));
});

test("continued lines, comments, markers, extras and other spellings of a name", () => {
  const { packages, problems } = readLock(
    `# made by hand\n\nJupyter_Server[x,y]==2.18.0 ; python_version < '4' \\\n    ${HASH} \\\n    ${HASH}  # via it\nb==1!2.0+local ${HASH}`,
  );
  expect(problems).toEqual([]);
  expect(packages.map(({ name, version, line }) => [name, version, line])).toEqual([
    ["jupyter-server", "2.18.0", 3],
    ["b", "1!2.0+local", 6],
  ]);
  expect(packages[0]?.text).toBe(`Jupyter_Server[x,y]==2.18.0 ; python_version < '4' ${HASH} ${HASH}`);
});

test.each([
  ["no hash", `${GOOD}numpy==2.0`, /^4: "numpy==2\.0" has no hash$/],
  ["a weak hash", `numpy==2.0 --hash=md5:abc`, /^1: numpy==2\.0 has the hash "md5:abc"/],
  ["no version", `numpy ${HASH}`, /^1: "numpy .*is not of the form/],
  ["a range", `numpy>=2.0 ${HASH}`, /^1: .*is not of the form/],
  ["another index", `--index-url x\n${GOOD}`, /^1: "--index-url x" is an option/],
  ["a file included", `${GOOD}-r more.txt`, /^4: "-r more.txt" is an option/],
  ["an address", `numpy @ file:///x.whl ${HASH}`, /^1: .*is not of the form/],
  ["no jupyterhub", GOOD.replace("jupyterhub", "other"), /has no jupyterhub/],
  ["an older hub", GOOD.replace("6.1.1", "5.4.1"), /^1: has jupyterhub 5\.4\.1, and the hub 6\.1\.1/],
  ["an old lab", GOOD.replace("4.5.0", "3.6.8"), /^2: has jupyterlab 3\.6\.8, and 4\.0\.0/],
  ["an old server", GOOD.replace("2.18.0", "2.9.1"), /^3: has jupyter-server 2\.9\.1/],
])("refused: %s", (_, text, message) => {
  expect(words(text)).toEqual([expect.stringMatching(message)]);
});

test("the third number of jupyterhub's version may differ", () => {
  expect(words(GOOD.replace("6.1.1", "6.1.4"))).toEqual([]);
  expect(compareHubs("6.1.4", "6.1.1")).toBe("near");
  expect(compareHubs("6.2.0", "6.1.1")).toBe("apart");
  expect(compareHubs("7.0.0b1", "6.1.1")).toBe("apart");
  expect([isAtLeast("2.18", "2.18.0"), isAtLeast("2.9.9", "2.18.0"), isAtLeast("3.0rc1", "2.18.0")]).toEqual([
    true,
    false,
    true,
  ]);
});

const PLACE = "https://conda.example.org/forge/linux-64";
const EXPLICIT = `# by conda
@EXPLICIT
${PLACE}/jupyterhub-6.1.1-pyh_0.conda#${"a".repeat(32)}
${PLACE}/jupyterlab-4.5.0-pyh_0.conda#sha256:${"a".repeat(64)}
file:///apps/channel/noarch/jupyter_server-2.18.0-pyh_0.tar.bz2#${"a".repeat(64)}
`;

test("an explicit list of conda's is judged as a lock of pip's", () => {
  const judged = (text: string) =>
    serversProblems(text, "6.1.1", true).map(({ line, message }) => `${line}: ${message}`);
  expect(judged(EXPLICIT)).toEqual([]);
  expect(versionIn(EXPLICIT, "jupyterhub")).toBe("6.1.1");
  expect(judged(EXPLICIT.replace("6.1.1", "5.4.1"))).toEqual([
    expect.stringMatching(/^3: has jupyterhub 5\.4\.1, and the hub/),
  ]);
  expect(judged(EXPLICIT.replace("@EXPLICIT\n", ""))).toEqual([expect.stringContaining("has no line @EXPLICIT")]);
  expect(judged(`${EXPLICIT}${PLACE}/numpy-2.0-py_0.conda`)).toEqual([expect.stringMatching(/^6: .*has no hash/)]);
  expect(judged(`${EXPLICIT}numpy=2.0`)).toEqual([
    expect.stringMatching(/^6: "numpy=2\.0" is no https or file address/),
  ]);
  const token = `https://conda.example.org/t/canary/forge/linux-64/numpy-2.0-py_0.conda#${"a".repeat(32)}`;
  expect(judged(`${EXPLICIT}${token}`)).toEqual(["6: has a password or a token in its address"]);
});

test("further packages are put to a lock once, and must agree with it", () => {
  const more = withPackages(GOOD, `JupyterLab==4.5.0 ${HASH}\nrocket==1.0 \\\n  ${HASH}\n`);
  expect(more).toEqual({ text: `${GOOD}rocket==1.0 ${HASH}\n`, problems: [] });
  const { problems } = withPackages(GOOD, `rocket==1.0 ${HASH}\njupyterlab==4.4.0 ${HASH}`);
  expect(problems).toEqual([
    expect.objectContaining({ line: 2, message: "has jupyterlab 4.4.0, and what it is put to has 4.5.0" }),
  ]);
});
