import { PORTS } from "../hub/ports";
import { renderTemplate } from "../render";
import type { WebSection, WebServer } from "./web-server";

/** Where nginx.conf, as it is packaged, includes files outside of every block. */
const MAIN_LEVEL = {
  apt: "/etc/nginx/modules-enabled/90-jupyterhub.conf",
  dnf: "/usr/share/nginx/modules/90-jupyterhub.conf",
} as const;

/** A reload that cannot have its port says so in nginx's log alone: look whether it has. An nginx that does not run is not asked. */
const hasPort = (file: string): string => `[ -e ${file} ] && systemctl is-active --quiet nginx || exit 0
for second in 1 2 3 4 5 6 7 8 9 10; do
  if ss -Hltnp 'sport = :${PORTS.https}' | grep -q '"nginx"'; then exit 0; fi
  sleep 1
done
echo "nginx does not listen at port ${PORTS.https}: $(tail -n 3 /var/log/nginx/error.log)"; exit 1`;

/**
 * Lets go of the port where a stack had nginx and has it no more: a command of a unit, as root. What a stack has no more is removed when all else is
 * done, but whoever answers at the port instead needs it before.
 */
export const CLOSE_NGINX = `/bin/sh -c 'for f in ${Object.values(MAIN_LEVEL).join(" ")}; do test ! -e $$f || { rm $$f; systemctl try-reload-or-restart nginx; timeout 10 sh -c "while ss -Hltnp sport = :${PORTS.https} | grep -q nginx; do sleep 0.2; done"; }; done'`;

/** nginx, for a stack's options. */
export function nginx({ streamFile }: WebSection["nginx"]): WebServer {
  const reload = [
    ["nginx", "-q", "-t"],
    ["systemctl", "try-reload-or-restart", "nginx"],
  ];
  return {
    packages: { apt: ["nginx", "libnginx-mod-stream"], dnf: ["nginx", "nginx-mod-stream"] },
    unit: "nginx",
    account: { apt: "www-data", dnf: "nginx" },
    files({ stack, url, userSubdomains, innerPort }, packageManager) {
      const { hostname, host } = new URL(url);
      const path = streamFile ?? MAIN_LEVEL[packageManager];
      return [
        {
          key: "redirect",
          path: "/etc/nginx/conf.d/jupyterhub.conf",
          content: renderTemplate("web/nginx-redirect.conf", {
            stack,
            names: userSubdomains ? [hostname, `*.${hostname}`] : [hostname],
            target: userSubdomains ? `$host${host.slice(hostname.length)}` : host,
          }),
          reload,
        },
        {
          key: "stream",
          path,
          content: renderTemplate("web/nginx-stream.conf", {
            stack,
            block: streamFile === undefined,
            port: PORTS.https,
            innerPort,
          }),
          reload: [...reload, ["sh", "-c", hasPort(path)]],
        },
      ];
    },
  };
}
