import type { Box } from "../../../box/api";

/** Whether the hub itself answers, as compute nodes ask it: whatever the proxy does. It listens there last of all. */
export async function hubAnswers(box: Box): Promise<boolean> {
  const probe = ["curl", "-skf", "-m", "5", "-o", "/dev/null", "https://10.77.0.10:8081/hub/health"];
  return (await box.netns("admin").run(probe)).exitCode === 0;
}
