import { expect, test } from "vitest";
import { type Machine, problems, unfit } from "./preflight";

const fine: Machine = {
  freeBytes: 50e9,
  cached: false,
  online: true,
  hasApt: true,
  filesystems: "nodev\tproc\nnodev\toverlay\n",
};

test("a good machine has no problems", () => {
  expect(problems(fine)).toEqual([]);
});

test("each obstacle is said in words, with the next step", () => {
  expect(unfit("linux", 1000)).toMatch(/needs root. Next: sudo npm run box/);
  expect(unfit("darwin", 501)).toMatch(/this is darwin. Next: /);
  expect(unfit("linux", 0)).toBeUndefined();
  expect(problems({ ...fine, freeBytes: 4e9 })[0]).toMatch(/^4.0 GB are free in .* 8 GB are needed/);
  expect(problems({ ...fine, online: false })[0]).toMatch(/offline/);
  expect(problems({ ...fine, filesystems: "ext4\n" })[0]).toMatch(/modprobe overlay/);
});

test("with everything cached, less room and no network will do", () => {
  expect(problems({ ...fine, cached: true, online: false, freeBytes: 4e9 })).toEqual([]);
});
