import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesGlob } from '../../../core/condition/glob.ts';
import { matchesRegex, regexProblem } from '../../../core/condition/regex.ts';

/** CPU milliseconds of this process; wall time would depend on the neighbours. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1000;
}

describe('a glob', () => {
  test.each([
    ['*', 'livingroom_123', true],
    ['**', 'livingroom_123', true],
    ['living*', 'livingroom_123', true],
    ['*_*', 'livingroom_123', true],
    ['living*room_*3', 'livingroom_123', true],
    ['*vin*om*2*', 'livingroom_123', true],
    ['livingroom_123', 'livingroom_123', true],
    ['livingroom_12?', 'livingroom_123', true],
    ['livingroom', 'livingroom_123', false],
    ['*what*', 'livingroom_123', false],
    ['*.*', 'livingroom_123', false],
    ['room*123', 'livingroom_123', false],
    ['livingroom_123?', 'livingroom_123', false],
    ['*', '', true],
    ['?', '', false],
    ['a*b', 'a/\n/b', true],
  ])('%j fits %j: %s', (glob, text, fits) => {
    expect(matchesGlob(glob, text)).toBe(fits);
  });

  test('fits what a regex of the same meaning fits', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 12 });
    fc.assert(
      fc.property(letters, letters, (glob, text) => {
        const regex = new RegExp(`^${glob.replaceAll('?', '[^]').replaceAll('*', '[^]*')}$`);
        expect(matchesGlob(glob, text)).toBe(regex.test(text));
      }),
    );
  });

  test('with many stars stays quick on a text that almost fits', () => {
    const glob = `${'*a'.repeat(200)}b`;
    expect(cpuMs(() => matchesGlob(glob, 'a'.repeat(65_536)))).toBeLessThan(1000);
  });
});

describe('a regex', () => {
  test.each([['^(a+)+$'], ['(a|aa)+$'], ['(a|a?)+$'], ['(.*a){20}$'], ['^(([a-z])+.)+[A-Z]([a-z])+$']])(
    '%s is linear or refused',
    source => {
      if (regexProblem(source) !== undefined) return;
      const text = `${'a'.repeat(20_000)}!`;
      expect(cpuMs(() => matchesRegex(source, text))).toBeLessThan(1000);
    },
  );

  test('that blocks other engines for seconds answers', () => {
    expect(matchesRegex('^(a+)+$', `${'a'.repeat(40)}!`)).toBe(false);
  });

  test('is never accepted and then thrown at', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab()[]{}*+?|\\.^$1,-:<=!P') }), source => {
        if (regexProblem(source) === undefined) expect(typeof matchesRegex(source, 'abab')).toBe('boolean');
      }),
    );
  });
});
