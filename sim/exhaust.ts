import { CRASH_MOMENTS, type Crash, type History } from './history.ts';
import { play, type Violation } from './play.ts';
import { SHORT_STORIES } from './short-stories.ts';

/** What came of trying every crash. */
export interface Exhausted {
  readonly stories: readonly { readonly name: string; readonly steps: number; readonly plays: number }[];
  readonly found?: { readonly crashes: string; readonly violation: Violation };
}

/** A run, by its place in the history, and how it ends. */
interface Ending {
  readonly run: number;
  readonly crash: Crash;
}

/** Of two crashes the second is tried at every so many steps: all pairs would take hours and say the same. */
const SECOND_EVERY = 5;

/** Plays every short story with a crash at every step of every run, and with pairs of crashes. */
export async function exhaust(onProgress: (plays: number) => void = () => {}): Promise<Exhausted> {
  const stories: { name: string; steps: number; plays: number }[] = [];
  let total = 0;
  for (const { name, history } of SHORT_STORIES) {
    const endings = await allEndings(history);
    let plays = 0;
    for (const pair of [[], ...endings.map(each => [each]), ...pairsOf(endings)]) {
      const { violation } = await play(withEndings(history, pair));
      plays++;
      onProgress(++total);
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

function* pairsOf(endings: readonly Ending[]): Generator<Ending[]> {
  for (const [index, first] of endings.entries()) {
    for (let second = index + 1; second < endings.length; second += SECOND_EVERY) {
      const other = endings[second];
      if (other !== undefined && other.run !== first.run) yield [first, other];
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
