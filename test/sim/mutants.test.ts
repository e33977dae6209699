import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLANTED_FAULTS } from '../../sim/faults.ts';
import { mutatedSources, plant } from '../../sim/plant.ts';
import { search } from '../../sim/pool.ts';

describe('planted faults', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tocsin-mutants-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(PLANTED_FAULTS.map(fault => [fault.name, fault] as const))('%s: still fits the sources', (_, fault) => {
    expect(mutatedSources(fault).size).toBeGreaterThan(0);
  });

  it.each(['forgets before sending', 'counts a slot twice', 'forgets the incident when it ends'])(
    '%s: is found',
    async name => {
      const fault = PLANTED_FAULTS.find(planted => planted.name === name);
      if (fault === undefined) throw new Error(`there is no fault "${name}"`);
      const worker = await plant(fault, join(directory, `${name}.mjs`));
      expect((await search({ fromSeed: 1, count: 200, worker })).found).toBeDefined();
    },
  );
});
