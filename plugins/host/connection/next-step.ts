const STEPS: readonly (readonly [RegExp, string])[] = [
  [
    /No space left on device|there is no room in/,
    "Make room on that file system (df -h and df -i tell what is full), then run pulumi up again.",
  ],
  [/Disk quota exceeded/, "Raise the quota of that account there, or make room, then run pulumi up again."],
  [
    /Read-only file system/,
    "Make it writable, then run pulumi up again: findmnt tells how it is mounted, and dmesg whether an error turned it read-only.",
  ],
  [/Operation not permitted/, "An attribute may forbid it: lsattr shows it, and chattr -i takes it away."],
];

/** What to do about a command that failed with these words; empty where they say enough. */
export function nextStep(words: string): string {
  return STEPS.find(([pattern]) => pattern.test(words))?.[1] ?? "";
}
