import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complain, EXIT, type ExitCode, print, readArguments } from '../local/terminal.ts';
import { PLANTED_FAULTS, type PlantedFault } from './faults.ts';
import { plant } from './plant.ts';
import { type Searched, search } from './pool.ts';
import { progressBar } from './progress.ts';

const HELP = `Usage: npm run simulate:mutants -- [--seeds N] [--grep TEXT] [--json]

Who tests the simulator? Each of these faults is planted into a copy of the real sources, a piece of text in place of another,
and the simulator has to find it. No source knows of it.

  --seeds N     in how many seeds (default 2000)
  --grep TEXT   only faults with this text in their name
  --json        the result as JSON on stdout
  --help        this text

Exit status: 0 all were found, 1 one was not, 2 bad options.`;

process.exitCode = await mutants(process.argv.slice(2));

async function mutants(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '2000' },
      grep: { type: 'string', default: '' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if ('problem' in read) return misused(read.problem);
  const { seeds, grep, json, help } = read.values;
  if (help) {
    print(HELP);
    return EXIT.fine;
  }
  const count = Number(seeds);
  if (!Number.isSafeInteger(count) || count < 1) return misused('--seeds must be a whole number from 1 on');
  const faults = PLANTED_FAULTS.filter(({ name }) => name.includes(grep));
  if (faults.length === 0) return misused(`no fault has "${grep}" in its name`);
  const hunts = await huntAll(faults, count);
  if (json) print(JSON.stringify(hunts, undefined, 2));
  else for (const line of tableOf(hunts)) print(line);
  return hunts.every(({ found }) => found !== undefined) ? EXIT.fine : EXIT.failed;
}

function misused(problem: string): ExitCode {
  complain(`${problem}\nTry --help.`);
  return EXIT.badInput;
}

interface Hunt extends Searched {
  readonly fault: string;
}

async function huntAll(faults: readonly PlantedFault[], count: number): Promise<Hunt[]> {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-mutants-'));
  const bar = progressBar('mutants', faults.length);
  const hunts: Hunt[] = [];
  try {
    for (const [index, fault] of faults.entries()) {
      const worker = await plant(fault, join(directory, `${index}.mjs`));
      hunts.push({ fault: fault.name, ...(await search({ fromSeed: 1, count, worker })) });
      bar.at(hunts.length);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
    bar.end();
  }
  return hunts;
}

function tableOf(hunts: readonly Hunt[]): string[] {
  const width = Math.max(...hunts.map(({ fault }) => fault.length));
  const lines = hunts.map(({ fault, found, seeds, ms }) => {
    const seed = found === undefined ? `not in ${seeds}` : `seed ${found.seed}`;
    return `${fault.padEnd(width)}  ${seed.padEnd(12)}  ${`${Math.round(ms)} ms`.padStart(8)}  ${found?.violation.property ?? ''}`;
  });
  const caught = hunts.filter(({ found }) => found !== undefined).length;
  return [...lines, `${caught} of ${hunts.length} found`];
}
