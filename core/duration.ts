const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What a duration looks like; shared with the JSON schema so that editors refuse the same texts. */
export const DURATION_PATTERN = /^(?:\d{1,10}(?:\.\d{1,6})?(?:ms|s|m|h|d) ?)+$/;

/**
 * Reads a duration such as `300ms`, `30s`, `1h30m`, `1.5h`, `7d`.
 * @returns milliseconds, or undefined when the text is not a duration.
 */
export function parseDuration(text: string): number | undefined {
  if (text.length > 40 || !DURATION_PATTERN.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h|d)/g)) {
    totalMs += Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  }
  return totalMs;
}

/**
 * Writes a duration for people, its two largest units: `3d 4h`, `1h 12m`, `45s`, `300ms`.
 * The rest is cut off, never rounded up: what is left of a certificate must not look longer than it is.
 * @param durationMs milliseconds; below zero gets a leading minus.
 */
export function formatDuration(durationMs: number): string {
  if (durationMs < 0) return `-${formatDuration(-durationMs)}`;
  if (durationMs < 1000) return `${Math.floor(durationMs)}ms`;
  const seconds = Math.floor(durationMs / 1000);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(' ');
}
