import { describe, expect, test } from 'vitest';
import { cyclesIn } from '../../../core/config/dependencies.ts';
import { shardOf } from '../../../core/config/shards.ts';

describe('the circles among dependencies', () => {
  test.each<readonly [string, Record<string, string[]>, string[][]]>([
    ['none in a diamond', { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, []],
    ['of one', { a: ['a'] }, [['a', 'a']]],
    ['of two, once', { a: ['b'], b: ['a'] }, [['a', 'b', 'a']]],
    ['behind a chain', { a: ['b'], b: ['c'], c: ['b'] }, [['b', 'c', 'b']]],
    [
      'of several',
      { a: ['b', 'c'], b: ['a'], c: ['c'] },
      [
        ['a', 'b', 'a'],
        ['c', 'c'],
      ],
    ],
    ['not through what is unknown', { a: ['x'] }, []],
  ])('%s', (_, needs, expected) => {
    expect(cyclesIn(new Map(Object.entries(needs)))).toEqual(expected);
  });

  test('in a chain of 10,000 are found without a stack overflow', () => {
    const needs = new Map(
      Array.from({ length: 10_000 }, (_, index) => [String(index), [String((index + 1) % 10_000)]]),
    );
    expect(cyclesIn(needs)).toHaveLength(1);
  });
});

describe('the shard of a service', () => {
  test('never changes: what is deployed stays where its state is', () => {
    expect(['shop', 'checkout', 'search', 'payments'].map(id => shardOf({ id }, 16))).toMatchInlineSnapshot(`
      [
        9,
        9,
        9,
        6,
      ]
    `);
  });

  test('is that of its group', () => {
    expect(shardOf({ id: 'a', group: 'web' }, 64)).toBe(shardOf({ id: 'b', group: 'web' }, 64));
  });

  test('spreads services about evenly', () => {
    const counts = Array.from({ length: 8 }, () => 0);
    for (let index = 0; index < 8000; index += 1) {
      const shard = shardOf({ id: `service-${index}` }, 8);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(700);
  });
});
