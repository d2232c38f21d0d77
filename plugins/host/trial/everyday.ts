import type { BoxHost } from "../../../box/api";
import type { Specification, Step } from "./trial";

/** Content of /etc/trial/secret. */
export const SECRET = "correct-horse-battery-staple";
/** Content of /etc/trial-existing before and after, mode 0604. */
export const FILE_BEFORE = "from before\n";

/** Resources that any host can have, with what was there before: the account `trial`, and files below /etc/trial. */
export function everyday(address: string): Specification["resources"] {
  return [
    { type: "User", name: "account", args: { name: "trial", subids: true, linger: true, groups: ["users"] } },
    {
      type: "Directory",
      name: "directory",
      args: { path: "/etc/trial", owner: "trial", mode: "0750" },
      after: ["account"],
    },
    { type: "File", name: "plain", args: { path: "/etc/trial/plain", content: "one\ntwo\n" }, after: ["directory"] },
    { type: "File", name: "existing", args: { path: "/etc/trial-existing", content: "ours\n" } },
    {
      type: "File",
      name: "secret",
      args: { path: "/etc/trial/secret", content: SECRET, mode: "0600" },
      secrets: ["content"],
      after: ["directory"],
    },
    { type: "File", name: "empty", args: { path: "/etc/trial/empty", content: "" }, after: ["directory"] },
    { type: "KeyPair", name: "key", args: { path: "/etc/trial/id", owner: "trial" }, after: ["directory"] },
    { type: "RandomSecret", name: "token", args: { path: "/etc/trial/token", prefix: "TOKEN=" }, after: ["directory"] },
    {
      type: "SelfSignedCertificate",
      name: "certificate",
      args: { certPath: "/etc/trial/cert.pem", keyPath: "/etc/trial/key.pem", names: ["trial.localhost", address] },
      after: ["directory"],
    },
    {
      type: "AuthorizedKey",
      name: "authorised",
      args: {
        user: "trial",
        key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5/2Oy+ZDYmrwOly6e94jmRBSmHwwn x",
        options: 'restrict,from="10.79.0.2"',
      },
      after: ["account"],
    },
    {
      type: "SystemdUnit",
      name: "unit",
      args: {
        name: "trial.service",
        content:
          "[Unit]\nDescription=Trial\n[Service]\nUser=trial\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n",
      },
      after: ["account"],
    },
  ];
}

/** Puts there what the resources find. */
export async function prepare(host: BoxHost): Promise<void> {
  await host.write("/etc/trial-existing", FILE_BEFORE);
  await host.run(["chmod", "0604", "/etc/trial-existing"]);
}

/** Somebody edits a bit of everything. */
export async function changeByHand(host: BoxHost): Promise<void> {
  const edit = [
    "echo three >>/etc/trial/plain; chmod 0666 /etc/trial/empty; chown root /etc/trial",
    "systemctl stop trial.service; systemctl disable -q trial.service; echo '#x' >>/etc/systemd/system/trial.service",
    "rm /etc/trial/token; sed -i s/restrict,// ~trial/.ssh/authorized_keys",
    "gpasswd -d trial users; loginctl disable-linger trial",
  ];
  const { exitCode, stderr } = await host.run(["sh", "-ec", edit.join("\n")]);
  if (exitCode !== 0) throw new Error(`the changes by hand failed: ${stderr}`);
}

/** What a preview has to say of them. */
export const HAND_MADE_CHANGES: Step[] = [
  { op: "update", name: "account", properties: ["groups[0]", "linger"] },
  { op: "update", name: "authorised", properties: ["options"] },
  { op: "update", name: "directory", properties: ["owner"] },
  { op: "update", name: "empty", properties: ["mode"] },
  { op: "update", name: "plain", properties: ["content"] },
  { op: "create", name: "token", properties: [] },
  { op: "update", name: "unit", properties: ["active", "content", "enabled"] },
];

/** What is left on the host where nothing is: the mode of the file that was there. */
export async function traces(host: BoxHost): Promise<string> {
  const look =
    "stat -c %a /etc/trial-existing; id trial; ls -d /etc/trial /etc/systemd/system/trial.service /var/lib/trial; grep ^trial: /etc/subuid /etc/group; ls /run | grep jupyterhub-hpc; ls /var/lib/jupyterhub-hpc/previous";
  return (await host.run(["sh", "-c", look])).stdout.trim();
}
