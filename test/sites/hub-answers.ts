import type { Box } from "../../box/api";

/** Whether the hub itself answers, as compute nodes ask it: whatever the proxy does. It listens there last of all. */
export async function hubAnswers(box: Box): Promise<boolean> {
  const inside = box.site.networks.find(({ name }) => name === "inside");
  const hub = box.site.hosts.find(({ name }) => name === "hub");
  const address = `${inside?.ipv4}.${hub?.addresses.inside}`;
  const probe = ["curl", "-skf", "-m", "5", "-o", "/dev/null", `https://${address}:8081/hub/health`];
  return (await box.netns(box.site.admin ?? "").run(probe)).exitCode === 0;
}
