import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attach, type BoxHost } from "../../box/api";
import { recordOf } from "./resources/record";
import { shellOn } from "./trial/shell";
import { Trial, type Wanted } from "./trial/trial";

const DIR = "/etc/trial-safe";
/** Belongs to an unprivileged account. */
const THEIRS = "/srv/trial-theirs";
const TARGET = "/etc/trial-target";
const FULL = "/srv/trial-full";
const READ_ONLY = "/srv/trial-read-only";

let host: BoxHost;
let sh: (text: string) => Promise<string>;
let trial: Trial;
let here: string;

const file = (name: string, path: string, more: Record<string, unknown> = {}, rest: Partial<Wanted> = {}): Wanted => ({
  type: "File",
  name,
  args: { path, content: `${name}\n`, ...more },
  ...rest,
});

/** Starts a loop on the host as `nobody`; gives back how to end it. */
async function asNobody(loop: string): Promise<() => Promise<string>> {
  const started = await sh(
    `setsid setpriv --reuid=65534 --regid=65534 --clear-groups sh -c ${`'while :; do ${loop}; done'`} </dev/null >/dev/null 2>&1 & echo $!`,
  );
  return () => sh(`kill -9 -- -${started} 2>/dev/null || kill -9 ${started}`);
}

beforeAll(async () => {
  const box = await attach("hosts");
  host = box.host("debian13");
  sh = shellOn(host);
  trial = await Trial.start(box, "10.79.0.11");
  here = await mkdtemp(join(tmpdir(), "files-"));
  await writeFile(join(here, "large"), Buffer.alloc(3 * 1024 * 1024, "x"));
  await sh(`
    mkdir -p ${DIR} ${TARGET} ${THEIRS}/real ${FULL} ${READ_ONLY}
    chown -R nobody ${THEIRS}
    ln -sfn ${TARGET} ${THEIRS}/link
    mountpoint -q ${FULL} || mount -t tmpfs -o size=1m,mode=755 tmpfs ${FULL}
    mountpoint -q ${READ_ONLY} || mount -t tmpfs -o mode=755 tmpfs ${READ_ONLY}
    install -d -m 1777 /tmp/trial-seen
  `);
});
afterAll(async () => {
  await host?.run(["mount", "-o", "remount,rw", READ_ONLY]);
  await trial?.destroy();
  await sh?.(
    `umount ${FULL} ${READ_ONLY} || :; rm -rf ${DIR} ${TARGET} ${THEIRS} ${FULL} ${READ_ONLY} /tmp/trial-seen`,
  );
  await trial?.remove();
  if (here !== undefined) await rm(here, { recursive: true, force: true });
});

describe("who else is on the host", () => {
  it("never sees a secret while it is written or changed, though he looks all the time", async () => {
    const files = (what: string) => [
      ...Array.from({ length: 24 }, (_, i) =>
        file(`secret-${i}`, `${DIR}/secret-${i}`, {
          content: `${what}-secret\n`,
          mode: i % 2 ? "0600" : "0640",
          group: i % 2 ? "root" : "adm",
        }),
      ),
      file("public", `${DIR}/public`, { content: `${what}-public\n` }),
    ];
    const end = await asNobody(
      `cat ${DIR}/* ${DIR}/.[!.]* ${DIR}/.[!.]*/* 2>/dev/null | grep -h -e secret -e public >>/tmp/trial-seen/all`,
    );
    try {
      for (const what of ["first", "second"]) {
        const { exitCode, output } = await trial.up({ resources: files(what) });
        expect(exitCode, output).toBe(0);
      }
    } finally {
      await end();
    }
    expect((await sh(`sort -u /tmp/trial-seen/all`)).split("\n")).toEqual(["first-public", "second-public"]);
    expect(await sh(`stat -c '%a %U %G' ${DIR}/secret-0 ${DIR}/secret-1`)).toBe("640 root adm\n600 root root");
  });

  it("cannot turn a write aside with a link in a directory of his own", async () => {
    const end = await asNobody(
      `cd ${THEIRS}; mv -T real aside; ln -s ${TARGET} real; rm real; mv -T aside real; ln -sf ${TARGET}/x real/theirs-1`,
    );
    const files = Array.from({ length: 24 }, (_, i) => file(`theirs-${i}`, `${THEIRS}/real/theirs-${i}`));
    try {
      await trial.up({ resources: [file("linked", `${THEIRS}/link/linked`), ...files] });
    } finally {
      await end();
    }
    expect(await sh(`ls -A ${TARGET}`)).toBe("");
    await sh(`cd ${THEIRS}; [ ! -d aside ] || { rm -f real; mv -T aside real; }; rm -f real/theirs-1`);
    const { exitCode, output } = await trial.up({ resources: files });
    expect(exitCode, output).toBe(0);
    expect(
      await sh(`cat ${THEIRS}/real/theirs-23; cd ${THEIRS}/real; ls -d theirs-* | wc -l; ls -A | grep jupyterhub || :`),
    ).toBe("theirs-23\n24");
    const { output: refused } = await trial.up({ resources: [...files, file("linked", `${THEIRS}/link/linked`)] });
    expect(refused).toContain(`${THEIRS}/link is a symbolic link in a directory that others than root may change`);
  });
});

describe("a write that cannot be", () => {
  it("leaves the old file, says what is in the way and what to do, and leaves nothing behind", async () => {
    await sh(`
      cd ${DIR}; mkdir -p directory; [ -p fifo ] || mkfifo fifo; ln -sfn /etc/passwd link
      ln -sfn ${DIR} /srv/trial-full/by-root
    `);
    const old = [
      file("full", `${FULL}/a`, { content: "old\n" }),
      file("read-only", `${READ_ONLY}/a`, { content: "old\n" }),
      file("through a link of root", `${FULL}/by-root/through`),
    ];
    const first = await trial.up({ resources: old });
    expect(first.exitCode, first.output).toBe(0);
    expect(await sh(`cat ${DIR}/through`)).toBe("through a link of root");
    await sh(`ln ${DIR}/through ${DIR}/second-name; mount -o remount,ro ${READ_ONLY}`);
    const refused = await trial.up(
      {
        resources: [
          file("full", `${FULL}/a`, { content: { asset: join(here, "large") } }),
          file("full-text", `${FULL}/b`, { content: "x".repeat(2 * 1024 * 1024) }),
          file("read-only", `${READ_ONLY}/a`, { content: "new\n" }),
          file("through a link of root", `${FULL}/by-root/through`, { content: "new\n" }),
          file("nowhere", `${DIR}/no/such/directory`),
          ...["directory", "fifo", "link"].map((name) => file(name, `${DIR}/${name}`)),
        ],
      },
      // Else nothing is begun any more after the first of these.
      ["--continue-on-error"],
    );
    await sh(`mount -o remount,rw ${READ_ONLY}`);
    const { exitCode, output } = refused;
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(new RegExp(`trial \\(10.79.0.11\\): could not write ${FULL}/a: .*No space left on device`));
    expect(output).toMatch(/Next: Make room on that file system/);
    expect(output).toMatch(new RegExp(`could not write ${READ_ONLY}/a: .*Read-only file system`));
    expect(output).toMatch(/Next: Make it writable/);
    expect(output).toContain(`its directory ${DIR}/no/such does not exist`);
    expect(output).toContain(`${DIR}/directory exists and is not a regular file. Move it away first`);
    expect(output).toContain(`${DIR}/fifo exists and is not a regular file`);
    expect(output).toContain(`${DIR}/link is a symbolic link, which is not followed`);
    expect(await sh(`cat ${FULL}/a ${READ_ONLY}/a`)).toBe("old\nold");
    expect(await sh(`ls -A ${FULL} ${READ_ONLY}; ls -d ${DIR}/.* | grep -c jupyterhub || :`)).toBe(
      `${FULL}:\na\nby-root\n\n${READ_ONLY}:\na\n0`,
    );
    // Another name of the file is another file from now on.
    expect(await sh(`cat ${DIR}/through ${DIR}/second-name`)).toBe("new\nthrough a link of root");
  });

  it("cleans up what a killed run left, with the next write of that path", async () => {
    const path = `${DIR}/killed`;
    const killed = file("killed", path, { validate: ["sh", "-c", "kill -9 0", "%s"] });
    expect((await trial.up({ resources: [killed] })).exitCode).not.toBe(0);
    const left = `${DIR}/.jupyterhub-hpc-${recordOf("file", path).split("/").at(-1)}.*`;
    expect(await sh(`cat ${left}/killed`)).toBe("killed");
    expect((await trial.up({ resources: [file("killed", path)] })).exitCode).toBe(0);
    expect(await sh(`cat ${path}; ls -d ${left} 2>/dev/null || :`)).toBe("killed");
    // Neither is there anything of the killed shell, to which the content was sent.
    expect(await sh("ls /run | grep jupyterhub-hpc || :")).toBe("");
  });

  it("takes content that is ignored as it is on the host, whatever bytes it has", async () => {
    const path = `${DIR}/ignored`;
    const options = { ignoreChanges: ["content"] };
    expect((await trial.up({ resources: [file("ignored", path)] })).exitCode).toBe(0);
    await sh(`printf 'by \\377 hand\\000' >${path}`);
    const before = await sh(`sha256sum <${path}`);
    const { exitCode, output } = await trial.up({ resources: [file("ignored", path, { mode: "0604" }, { options })] });
    expect(exitCode, output).toBe(0);
    expect(await sh(`sha256sum <${path}; stat -c %a ${path}`)).toBe(`${before}\n604`);
  });
});
