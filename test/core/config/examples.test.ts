import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatProblem, parseConfig } from '../../../core/config/parse.ts';

const EXAMPLES = new URL('../../../examples/', import.meta.url);

test.each(readdirSync(EXAMPLES))('examples/%s is valid and shows who is paged', name => {
  const parsed = parseConfig(readFileSync(new URL(name, EXAMPLES), 'utf8'), name);
  expect(parsed.ok ? [] : parsed.problems.map(formatProblem)).toEqual([]);
  expect(parsed.ok && parsed.config.paging.routes.length).toBeGreaterThan(1);
});
