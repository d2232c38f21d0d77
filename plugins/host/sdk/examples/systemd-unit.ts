import { File, type Provider, SystemdUnit } from "..";

/** A unit of one's own, restarted when what it reads is written. */
export function service(hub: Provider) {
  const settings = new File("settings", { path: "/etc/hello.conf", content: "port = 8000\n" }, { provider: hub });
  const content = `[Unit]
Description=Hello

[Service]
ExecStart=/usr/bin/python3 -m http.server 8000
DynamicUser=yes

[Install]
WantedBy=multi-user.target
`;
  new SystemdUnit("hello", { name: "hello.service", content, triggers: [settings.revision] }, { provider: hub });
}

/** A unit of the distribution that must not run. */
export function off(hub: Provider) {
  new SystemdUnit("cups", { name: "cups.service", enabled: false, active: false }, { provider: hub });
}
