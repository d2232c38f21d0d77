import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files of a site's tests run in the order of their names: a later one may stand on what an earlier one proved. */
class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((a, b) => a.moduleId.localeCompare(b.moduleId));
  }
}

const site = process.env.BOX_SITE ?? "vub";

export default defineConfig({
  test: {
    // Of the whole run: a project's own is not asked.
    sequence: { sequencer: ByName },
    projects: [
      {
        test: {
          name: "unit",
          include: ["{bench,components,doctor,plugins,box,scripts,runtime,test}/**/*.test.ts"],
          exclude: ["**/*.box.test.ts", "test/sites/**", "**/node_modules/**"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "box",
          include: [
            `test/sites/${site}/**/*.test.ts`,
            ...(site === "hosts" ? ["{doctor,plugins}/**/*.box.test.ts"] : []),
          ],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          bail: 0,
        },
      },
    ],
  },
});
