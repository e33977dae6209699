import { complain, EXIT, type ExitCode, print, readArguments } from '../local/terminal.ts';
import { drawHistory, FAULT_KINDS, type FaultKind, type Omissions } from './draw.ts';
import { exhaust } from './exhaust.ts';
import { play, type Violation } from './play.ts';
import { type Searched, search } from './pool.ts';
import { progressBar } from './progress.ts';
import { shrink } from './shrink.ts';

const HELP = `Usage: npm run simulate -- [--seeds N] [--seed S] [--json]
       npm run simulate -- --exhaustive [--json]

Plays histories over the real core and the real runs: clock, scheduler, store and channels are simulated. A seed decides
all that happens in one: outages, copies of a run, delays, crashes, lost answers, clock skew, deployments. What must hold
in every history is checked at every step. The first seed that finds something is made smaller and its story printed.

  --seeds N        how many seeds (default 1000), from --seed on
  --seed S         the first seed (default 1); without --seeds this one alone, with its story
  --without LIST   leave out fault kinds, separated by commas: ${FAULT_KINDS.join(', ')}
  --services N     keep the first N services of a history
  --slots N        cut a history to its first N slots
  --exhaustive     instead of seeds, short histories with a crash, and with two, at every single step
  --json           the result as JSON on stdout
  --help           this text

Exit status: 0 nothing was found, 1 something was found, 2 bad options.`;

const WORKER = new URL('./seed-worker.ts', import.meta.url);
const MOST_SEEDS = 100_000_000;

process.exitCode = await simulate(process.argv.slice(2));

async function simulate(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments({
    args: [...args],
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      without: { type: 'string' },
      services: { type: 'string' },
      slots: { type: 'string' },
      exhaustive: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if ('problem' in read) return misused(read.problem);
  const { values } = read;
  if (values.help) {
    print(HELP);
    return EXIT.fine;
  }
  if (values.exhaustive) return exhaustively(values.json ?? false);
  const numbers = [values.seeds ?? '1000', values.seed ?? '1', values.services ?? '1', values.slots ?? '1'].map(Number);
  if (!numbers.every(number => Number.isSafeInteger(number) && number >= 1 && number <= MOST_SEEDS)) {
    return misused('--seeds, --seed, --services and --slots must be whole numbers from 1 on');
  }
  const without = (values.without ?? '').split(',').filter(kind => kind !== '');
  const faults = FAULT_KINDS.filter(kind => without.includes(kind));
  if (faults.length < without.length) return misused(`--without knows ${FAULT_KINDS.join(', ')}`);
  const [count = 0, fromSeed = 1] = numbers;
  if (values.seed !== undefined && values.seeds === undefined) {
    const omit: Omissions = {
      faults,
      ...(values.services !== undefined && { services: Number(values.services) }),
      ...(values.slots !== undefined && { slots: Number(values.slots) }),
    };
    return tellOne(fromSeed, omit);
  }
  return trySeeds(fromSeed, count, values.json ?? false);
}

function misused(problem: string): ExitCode {
  complain(`${problem}\nTry --help.`);
  return EXIT.badInput;
}

/** One seed, with its story. */
async function tellOne(seed: number, omit: Omissions): Promise<ExitCode> {
  const { story, violation } = await play(drawHistory(seed, omit), { telling: true });
  for (const line of story) print(line);
  print(violation === undefined ? 'Nothing was found.' : violationWords(violation));
  return violation === undefined ? EXIT.fine : EXIT.failed;
}

async function trySeeds(fromSeed: number, count: number, json: boolean): Promise<ExitCode> {
  const bar = progressBar('seeds', count);
  const searched = await search({ fromSeed, count, worker: WORKER, onProgress: bar.at });
  bar.end();
  const { found, seeds, ms } = searched;
  if (json) print(JSON.stringify({ fromSeed, ...searched, seedsPerSecond: perSecond(searched) }, undefined, 2));
  else print(`${seeds} seeds in ${(ms / 1000).toFixed(1)} s, ${perSecond(searched)} seeds a second`);
  if (found === undefined) {
    if (!json) print('Nothing was found.');
    return EXIT.fine;
  }
  if (!json) await tellFound(found.seed, found.violation);
  return EXIT.failed;
}

/** The story of what was found, as short as it can be made, and how to see it again. */
async function tellFound(seed: number, violation: Violation): Promise<void> {
  const omit = await shrink(seed, violation.property);
  const { story, violation: again } = await play(drawHistory(seed, omit), { telling: true });
  for (const line of story) print(line);
  print(violationWords(again ?? violation));
  print(`Again: npm run simulate -- --seed ${seed}${omitOptions(omit)}`);
}

function omitOptions({ faults, services, slots }: Omissions): string {
  const list = (kinds: readonly FaultKind[]) => (kinds.length === 0 ? '' : ` --without "${kinds.join(',')}"`);
  const number = (name: string, value: number | undefined) => (value === undefined ? '' : ` --${name} ${value}`);
  return `${list(faults ?? [])}${number('services', services)}${number('slots', slots)}`;
}

function violationWords({ property, why, at }: Violation): string {
  return `\nViolated at ${new Date(at).toISOString()}: ${property}\n  ${why}`;
}

function perSecond({ seeds, ms }: Searched): number {
  return Math.round((seeds / ms) * 1000);
}

async function exhaustively(json: boolean): Promise<ExitCode> {
  const bar = progressBar('histories', undefined);
  const exhausted = await exhaust({ onProgress: bar.at });
  bar.end();
  if (json) print(JSON.stringify(exhausted, undefined, 2));
  else {
    for (const { name, steps, plays } of exhausted.stories) print(`${name}: ${steps} steps, ${plays} histories`);
    print(
      exhausted.found === undefined
        ? 'Nothing was found.'
        : `${exhausted.found.crashes}${violationWords(exhausted.found.violation)}`,
    );
  }
  return exhausted.found === undefined ? EXIT.fine : EXIT.failed;
}
