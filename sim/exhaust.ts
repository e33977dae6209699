import { CRASH_MOMENTS, type Crash, type History } from './history.ts';
import { play, type Violation } from './play.ts';
import { SHORT_STORIES } from './short-stories.ts';

/** What came of trying every crash. */
export interface Exhausted {
  readonly stories: readonly { readonly name: string; readonly steps: number; readonly plays: number }[];
  readonly found?: { readonly crashes: string; readonly violation: Violation };
}

/** What to try. */
export interface ExhaustOptions {
  /** By name; all of them when not given. */
  readonly stories?: readonly string[];
  /** @default true */
  readonly pairs?: boolean;
  readonly onProgress?: (plays: number) => void;
}

/** A run, by its place in the history, and how it ends. */
interface Ending {
  readonly run: number;
  readonly crash: Crash;
}

/** Of pairs of crashes every so manyth is played: all of them would take hours and say the same. */
const EVERY_PAIR = 7;

/** Plays every short story with a crash at every step of every run, and with pairs of crashes. */
export async function exhaust(options: ExhaustOptions = {}): Promise<Exhausted> {
  const stories: { name: string; steps: number; plays: number }[] = [];
  let total = 0;
  const chosen = SHORT_STORIES.filter(({ name }) => options.stories?.includes(name) ?? true);
  for (const { name, history } of chosen) {
    const endings = await allEndings(history);
    let plays = 0;
    for (const pair of [[], ...endings.map(each => [each]), ...(options.pairs === false ? [] : pairsOf(endings))]) {
      const { violation } = await play(withEndings(history, pair));
      plays++;
      options.onProgress?.(++total);
      if (violation !== undefined)
        return { stories, found: { crashes: `${name}; ${endingWords(history, pair)}`, violation } };
    }
    stories.push({ name, steps: endings.length / CRASH_MOMENTS.length, plays });
  }
  return { stories };
}

/** A crash at every step that the story has when nothing crashes. */
async function allEndings(history: History): Promise<Ending[]> {
  const endings: Ending[] = [];
  await play(history, {
    onRunEnded({ planned, steps }) {
      const run = history.runs.indexOf(planned);
      for (let step = 0; step < steps; step++) {
        for (const moment of CRASH_MOMENTS) endings.push({ run, crash: { step, moment } });
      }
    },
  });
  return endings;
}

/** Of different runs, spread evenly. */
function* pairsOf(endings: readonly Ending[]): Generator<Ending[]> {
  let count = 0;
  for (const [index, first] of endings.entries()) {
    for (const other of endings.slice(index + 1)) {
      if (other.run !== first.run && ++count % EVERY_PAIR === 0) yield [first, other];
    }
  }
}

function withEndings(history: History, endings: readonly Ending[]): History {
  const runs = history.runs.map((run, index) => {
    const ending = endings.find(each => each.run === index);
    return ending === undefined ? run : { ...run, crash: ending.crash };
  });
  return { ...history, runs };
}

function endingWords({ runs }: History, endings: readonly Ending[]): string {
  const words = endings.map(({ run, crash }) => `${runs[run]?.runner} crashes ${crash.moment} step ${crash.step}`);
  return words.join(', ');
}
