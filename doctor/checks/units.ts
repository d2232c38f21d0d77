import { servicesOf } from "../../components/hub/services";
import { UNITS } from "../../components/hub/unit-names";
import { alarm, type Check, type Finding, ok, warning } from "./check";

/** Restarts by systemd from which on a service that runs is told of. */
const RESTARTS = 3;

const SHOW = {
  name: "doctor_units",
  body: 'systemctl show --property=Id,LoadState,ActiveState,SubState,NRestarts,Result "$@"',
};

/** Judges what `systemctl show` says, a paragraph a unit, of those that must run. */
export function judgeUnits(shown: string, running: readonly string[]): Finding[] {
  const units = new Map(
    shown
      .trim()
      .split(/\n\n+/)
      .map((paragraph) => Object.fromEntries(paragraph.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2))))
      .map((fields) => [fields.Id as string, fields as Record<string, string>]),
  );
  return [
    ...running.map((name): Finding => {
      const { LoadState, ActiveState, SubState, NRestarts } = units.get(name) ?? {};
      if (LoadState !== "loaded") return alarm(`${name} is not there`, "pulumi up");
      if (ActiveState !== "active")
        return alarm(
          `${name} is ${ActiveState} (${SubState})`,
          `on the hub host: journalctl -u ${name} -n 50, then systemctl start ${name}`,
        );
      if (Number(NRestarts) >= RESTARTS)
        return warning(
          `${name} runs, after ${NRestarts} restarts by systemd`,
          `journalctl -u ${name} says why; systemctl restart ${name} sets the count back`,
        );
      return ok(`${name} runs`);
    }),
    ...(units.get(`${UNITS.backup}.service`)?.ActiveState === "failed"
      ? [alarm("the last backup failed", `on the hub host: journalctl -u ${UNITS.backup}.service -n 20`)]
      : []),
  ];
}

export const check: Check = {
  name: "units",
  look: async ({ hub, config }) => {
    const running = [...servicesOf(config).map((name) => `${name}.service`), `${UNITS.backup}.timer`];
    const shown = await hub.must("ask systemd", { script: SHOW, args: [...running, `${UNITS.backup}.service`] });
    return judgeUnits(shown, running);
  },
};
