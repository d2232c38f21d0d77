import type { Plugin } from "../../../../plugins/host/trial/project";
import type { Contestant } from "../contestant";
import { pulumiEntry, resourcesOf } from "./project";

const plugin: Plugin = { name: "host", path: "bench/floor", main: "bench/floor/main.ts", bundle: "plugin-floor.js" };

export const floor: Contestant = {
  name: "engine's floor",
  description: "the same program, CLI and resources with a plugin that contacts nobody and says yes to everything",
  applies: false,
  prepare: (target, load) => pulumiEntry(target, plugin, resourcesOf(load)),
};

export const empty: Contestant = {
  name: "empty program",
  description: "the same CLI with a program that makes the provider and nothing else",
  applies: false,
  prepare: (target) => pulumiEntry(target, plugin, []),
};
