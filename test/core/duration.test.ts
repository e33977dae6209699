import { describe, expect, test } from 'vitest';
import { closest } from '../../core/did-you-mean.ts';
import { formatDuration, parseDuration } from '../../core/duration.ts';

describe('a duration is read:', () => {
  test.each([
    ['300ms', 300],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['0s', 0],
    ['30', undefined],
    ['s', undefined],
    ['-5s', undefined],
    ['5 s', undefined],
    ['5w', undefined],
    ['', undefined],
    ['1s'.repeat(30), undefined],
  ])('%j is %s ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });
});

describe('a duration is written:', () => {
  test.each([
    [0, '0ms'],
    [299.9, '299ms'],
    [45_000, '45s'],
    [45_999, '45s'],
    [65_000, '1m 5s'],
    [4_320_000, '1h 12m'],
    [3_600_000, '1h'],
    [273_600_000, '3d 4h'],
    [86_400_000 + 59_000, '1d'],
    [-60_000, '-1m'],
  ])('%s ms is %s', (durationMs, expected) => {
    expect(formatDuration(durationMs)).toBe(expected);
  });
});

describe('a mistyped word', () => {
  const KEYS = ['interval', 'timeout', 'id', 'target'];

  test.each([
    ['intervall', 'interval'],
    ['tiemout', 'timeout'],
    ['INTERVAL', 'interval'],
    ['taget', 'target'],
    ['di', 'id'],
    ['quetzalcoatl', undefined],
    ['x'.repeat(65), undefined],
    ['', undefined],
  ])('%j most likely meant %s', (word, expected) => {
    expect(closest(word, KEYS)).toBe(expected);
  });
});
