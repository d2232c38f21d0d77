import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attach, type BoxHost } from "../../box/api";
import { shellOn } from "./trial/shell";
import { Trial, type Wanted } from "./trial/trial";

const DIR = "/etc/trial-life";
const UNIT =
  "[Unit]\nDescription=Trial\n[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n";

let host: BoxHost;
let sh: (text: string) => Promise<string>;
let trial: Trial;

const file = (name: string, args: Record<string, unknown> = {}, options: Wanted["options"] = {}): Wanted => ({
  type: "File",
  name,
  args: { path: `${DIR}/${name}`, content: `${name}\n`, ...args },
  options,
});
const directory = (name: string): Wanted => ({
  type: "Directory",
  name,
  args: { path: `${DIR}/${name}`, removeContents: true },
});
const unit = (options: Wanted["options"] = {}): Wanted => ({
  type: "SystemdUnit",
  name: "unit",
  args: { name: "trial-life.service", content: UNIT },
  options,
});

const begun = [
  file("drifts"),
  file("renamed"),
  file("moves", { path: `${DIR}/old-place`, content: "ours\n" }),
  file("kept", {}, { retainOnDelete: true }),
  file("protected", {}, { protect: true }),
  file("ignored", { validate: ["true", "%s", "first"] }, { ignoreChanges: ["validate[2]", "mode"] }),
  directory("whole"),
  { ...file("inside", { path: `${DIR}/whole/inside` }, { deletedWith: "whole" }), after: ["whole"] },
];
const adopted = (options: { file?: string; unit?: string }) => [
  file("adopted", { content: "by hand\n", group: "adm", mode: "0640" }, options.file ? { import: options.file } : {}),
  unit(options.unit ? { import: options.unit } : {}),
];

const newUnit: Wanted = {
  type: "SystemdUnit",
  name: "new-unit",
  args: { name: "trial-new.service", content: UNIT, active: false, enabled: false },
};
/** The program as it goes on. */
const changed = [
  file("drifts"),
  file("renamed-differently", { path: `${DIR}/renamed`, content: "renamed\n" }, { aliases: [{ name: "renamed" }] }),
  file("moves", { path: `${DIR}/new-place`, content: "ours\n" }),
  file("protected", {}, { protect: true }),
  file(
    "ignored",
    { validate: ["true", "%s", "second"], reload: [["true"]] },
    { ignoreChanges: ["validate[2]", "mode"] },
  ),
  ...adopted({}),
];

/** Everything that a write would change, of all that is on the disk. */
const inventory = () =>
  sh(
    `find / -xdev \\( -path /run -o -path /var/log \\) -prune -o -printf '%p %i %m %U %G %s %T@ ' \\( -type d -o -printf %C@ \\) -printf '\\n' | sort`,
  );

beforeAll(async () => {
  const box = await attach("hosts");
  host = box.host("debian13");
  sh = shellOn(host);
  trial = await Trial.start(box, "10.79.0.11");
  await sh(`
    mkdir -p ${DIR}; cd ${DIR}
    printf 'before\\n' >old-place; chmod 0604 old-place
    printf 'by hand\\n' >adopted; chgrp adm adopted; chmod 0640 adopted; cp -a adopted by-cli
    printf %s '${UNIT}' >/etc/systemd/system/trial-life.service
    systemctl daemon-reload; systemctl enable --quiet --now trial-life.service
  `);
});
afterAll(async () => {
  await trial?.run(["state", "unprotect", "--all", "--yes"], {});
  await trial?.destroy();
  await sh?.(`
    systemctl disable --quiet --now trial-life.service || :
    rm -rf ${DIR} /var/lib/jupyterhub-hpc /etc/systemd/system/trial-life.service; systemctl daemon-reload
  `);
  await trial?.remove();
});

describe("the life of resources", () => {
  it("begins with creations and imports, with all inputs of what was there", async () => {
    const imported = adopted({ file: `${DIR}/adopted`, unit: "trial-life.service" });
    const started = await sh("systemctl show --property=MainPID --value trial-life.service");
    const { exitCode, output } = await trial.up({ resources: [...begun, ...imported] });
    expect(exitCode, output).toBe(0);
    expect(output).toContain("2 imported");
    expect(await sh("systemctl show --property=MainPID --value trial-life.service")).toBe(started);
    expect(await sh("ls /var/lib/jupyterhub-hpc/previous | wc -l")).toBe("8");
    expect(await trial.preview({ resources: [...begun, ...adopted({})] })).toEqual([]);
  });

  it("imports by the CLI too, without a program that says so", async () => {
    const urn = (await trial.resources()).get("trial")?.urn;
    const { exitCode, output } = await trial.run(
      [
        "import",
        "host:index:File",
        "by-cli",
        `${DIR}/by-cli`,
        `--provider=trial=${urn}`,
        "--generate-code=false",
        "--yes",
        "--protect=false",
      ],
      { resources: [...begun, ...adopted({})] },
    );
    expect(exitCode, output).toBe(0);
    const found = (await trial.resources()).get("by-cli");
    expect(found?.inputs).toMatchObject({
      path: `${DIR}/by-cli`,
      content: "by hand\n",
      owner: "root",
      group: "adm",
      mode: "0640",
    });
  });

  it("takes drift into the state by a refresh, and the next up repairs it", async () => {
    await sh(`printf 'by hand\\n' >${DIR}/drifts; rm ${DIR}/whole/inside`);
    const { exitCode, output } = await trial.run(["refresh", "--yes", "--skip-preview"], { resources: [] });
    expect(exitCode, output).toBe(0);
    const refreshed = await trial.resources();
    expect(refreshed.get("drifts")?.inputs).toMatchObject({ content: "by hand\n" });
    expect(refreshed.has("inside")).toBe(false);
  });

  it("touches nothing in a preview, whatever is pending", async () => {
    await sh(`chmod 0666 ${DIR}/renamed; rm -rf ${DIR}/whole; mkfifo ${DIR}/whole`);
    const before = await inventory();
    const steps = await trial.preview({ resources: [...changed, file("new"), directory("new-directory"), newUnit] });
    expect(await inventory()).toBe(before);
    expect(steps.map(({ op, name }) => `${op} ${name}`)).toEqual([
      "delete by-cli",
      "update drifts",
      "update ignored",
      "delete kept",
      "replace moves",
      "create new",
      "create new-directory",
      "create new-unit",
      "update renamed-differently",
    ]);
    await sh(`rm ${DIR}/whole`);
  });

  it("goes on under another name, at another path, and with what is ignored or retained left alone", async () => {
    await sh(`chmod 0644 ${DIR}/renamed; chmod 0604 ${DIR}/ignored`);
    const inode = await sh(`stat -c %i ${DIR}/renamed`);
    const { exitCode, output } = await trial.up({ resources: changed });
    expect(exitCode, output).toBe(0);
    expect(await sh(`stat -c %i ${DIR}/renamed; cat ${DIR}/drifts; stat -c %a ${DIR}/ignored`)).toBe(
      `${inode}\ndrifts\n604`,
    );
    // What was there before has come back at the old path.
    expect(await sh(`cat ${DIR}/old-place ${DIR}/new-place; stat -c %a ${DIR}/old-place`)).toBe("before\nours\n604");
    expect(await sh(`cat ${DIR}/kept`)).toBe("kept");
    expect(await sh(`ls ${DIR}`)).not.toContain("whole");
    expect((await trial.resources()).get("ignored")?.inputs).toMatchObject({
      validate: ["true", "%s", "first"],
      mode: "0604",
    });
    // Imported, and then dropped from the program: it was there before, and nothing was changed.
    expect(await sh(`cat ${DIR}/by-cli`)).toBe("by hand");
  });

  it("changes only what a target names", async () => {
    const both = changed.map((wanted) => ({ ...wanted, args: { ...wanted.args, mode: "0600" } }));
    const urn = (await trial.resources()).get("drifts")?.urn ?? "";
    const arguments_ = ["up", "--yes", "--skip-preview", `--target=${urn}`];
    const { exitCode, output } = await trial.run(arguments_, { resources: both.filter(({ type }) => type === "File") });
    expect(exitCode, output).toBe(0);
    expect(await sh(`cd ${DIR}; stat -c %a drifts renamed new-place`)).toBe("600\n644\n644");
  });

  it("notes anew what it finds where a former record belongs to something else", async () => {
    await sh(`printf 'later\\n' >${DIR}/kept; chmod 0640 ${DIR}/kept; rm ${DIR}/new-place`);
    const again = [...changed, file("kept-again", { path: `${DIR}/kept`, content: "ours again\n" })];
    expect((await trial.up({ resources: again })).exitCode).toBe(0);
    expect(await sh(`cat ${DIR}/kept ${DIR}/new-place`)).toBe("ours again\nours");
  });

  it("ends with what was there before, once nothing is protected", async () => {
    const refused = await trial.destroy();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toMatch(/protected.*cannot be deleted|cannot be deleted.*protect/s);
    await trial.run(["state", "unprotect", "--all", "--yes"], {});
    const { exitCode, output } = await trial.destroy();
    expect(exitCode, output).toBe(0);
    expect(await sh(`cd ${DIR}; ls; cat kept old-place adopted; stat -c '%a %G' kept old-place adopted`)).toBe(
      "adopted\nby-cli\nkept\nold-place\nlater\nbefore\nby hand\n640 root\n604 root\n640 adm",
    );
    expect(await sh("systemctl is-active trial-life.service")).toBe("active");
    // Of what was removed by hand a note is left, which belongs to nothing any more.
    expect(await sh("cat /var/lib/jupyterhub-hpc/previous/*/path | sort")).toBe(`${DIR}/whole\n${DIR}/whole/inside`);
  });
});
