import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckResult, Run } from '../../core/run.ts';
import { packRun, RunCodecError, unpackRun } from '../../core/run-codec.ts';
import { START } from '../support/monitoring.ts';

const roster = Array.from({ length: 100 }, (_, index) => `monitor-${index}`);

const phase = fc.option(fc.double({ min: 0.05, max: 60_000, noNaN: true }), { nil: undefined });
const result = (monitor: string): fc.Arbitrary<CheckResult> =>
  fc.record({
    monitor: fc.constant(monitor),
    slotAt: fc.integer({ min: 0, max: 100_000 }).map(seconds => START - seconds * 1000),
    verdict: fc.constantFrom('up', 'degraded', 'down', 'unknown'),
    reasons: fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
    latencyMs: fc.double({ min: 0, max: 65_000, noNaN: true }),
    phases: fc.record({ dnsMs: phase, connectMs: phase, tlsMs: phase, firstByteMs: phase }),
    pointsAtUs: fc.boolean(),
  });
const run: fc.Arbitrary<Run> = fc
  .subarray(roster)
  .chain(monitors => fc.tuple(...monitors.map(result)))
  .map(results => ({ shard: 3, slotAt: START, storedAt: START + 1, results }));

describe('a packed run', () => {
  it('says what went in: words exactly, latency to 0.1 ms or 2 ms, phases to 2.9 %', () => {
    fc.assert(
      fc.property(run, original => {
        const read = unpackRun(packRun(original, roster), roster, 3);
        expect([read.slotAt, read.storedAt]).toEqual([original.slotAt, original.storedAt]);
        expect(read.results.map(facts)).toEqual(original.results.map(facts));
        for (const [index, { latencyMs = 0, phases }] of original.results.entries()) {
          const found = read.results[index];
          expect(Math.abs((found?.latencyMs ?? 0) - latencyMs)).toBeLessThanOrEqual(latencyMs < 3276 ? 0.0501 : 1.001);
          for (const name of ['dnsMs', 'connectMs', 'tlsMs', 'firstByteMs'] as const) {
            const [was, is] = [phases[name], found?.phases[name]];
            expect(is === undefined).toBe(was === undefined);
            if (was !== undefined && is !== undefined) expect(Math.abs(is / was - 1)).toBeLessThan(0.035);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('takes a kilobyte for a hundred healthy monitors, keys and attribute names included', () => {
    const results = roster.map((monitor, index): CheckResult => {
      const phases = { dnsMs: 1 + index, connectMs: 2, tlsMs: 30 + index, firstByteMs: 50 + index };
      return { monitor, slotAt: START, verdict: 'up', reasons: [], latencyMs: 83.4 + index, phases, pointsAtUs: false };
    });
    expect(packRun({ shard: 0, slotAt: START, storedAt: START, results }, roster).length).toBeLessThan(900);
  });

  it('never reads beyond its end, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        try {
          unpackRun(Uint8Array.from([1, ...bytes]), roster, 0);
        } catch (error) {
          expect(error instanceof RunCodecError || error instanceof SyntaxError).toBe(true);
        }
      }),
    );
  });

  it('refuses another version', () => {
    expect(() => unpackRun(Uint8Array.from([2]), roster, 0)).toThrow('version 2');
  });
});

function facts({ monitor, slotAt, verdict, reasons, pointsAtUs }: CheckResult) {
  return { monitor, slotAt, verdict, reasons, pointsAtUs };
}
