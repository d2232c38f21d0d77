import { measure } from "../../../measure";
import type { Contestant } from "../contestant";
import { makeWorkspace, sshOptions } from "./workspace";

// What follows tar's end mark is read too, or the sender would be told of a broken pipe.
const RECEIVE =
  "sudo sh -c 'tar -xf - -C / && cat >/dev/null && systemctl daemon-reload && systemctl enable --quiet --now \"$@\"' sh";

export const tar: Contestant = {
  name: "tar | ssh",
  description:
    "one tar through one ssh, then daemon-reload and enable --now: the limit, with nothing looked at before or after",
  applies: true,
  async prepare(target, load) {
    const workspace = await makeWorkspace(load);
    const { address, user } = target.admin;
    const script = 'tar -cf - -C "$0" --owner=root --group=root etc/bench etc/systemd | "$@"';
    const remote = `${RECEIVE} ${load.units.map(({ name }) => name).join(" ")}`;
    const ssh = ["ssh", ...sshOptions(target), `${user}@${address}`, remote];
    const argv = [...target.prefix, "sh", "-c", script, workspace.tree, ...ssh];
    const apply = () => measure({ argv }, target.cpu);
    return { steps: { first: apply, again: apply }, clean: workspace.remove };
  },
};
