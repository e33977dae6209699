import type { Dice } from './dice.ts';
import { ATTEMPTS, BACKOFF_MS, drawFate, TIMEOUT_MS } from './fate.ts';
import type { CrashMoment, Rates, Span } from './history.ts';
import type { Runner } from './witness.ts';
import type { World } from './world.ts';

/** One kind of request by which a run leaves itself. */
export interface Link {
  readonly rates: Rates;
  readonly outages: readonly Span[];
  /** How often the client tries. */
  readonly attempts: number;
  readonly latencyMs: (dice: Dice) => number;
  /** Told when a request was done but its answer is lost. */
  readonly onLost?: () => void;
}

/** A request came to nothing, as far as its client knows. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** The other side said no; otherwise it said nothing. */
  readonly answered: boolean;

  constructor(what: string, answered: boolean) {
    super(`${what}: ${answered ? 'refused' : 'no answer'}`);
    this.answered = answered;
  }
}

/** What a client of AWS does: it tries three times. */
export function awsLink(rates: Rates, outages: readonly Span[], latencyMs: (dice: Dice) => number): Link {
  return { rates, outages, attempts: ATTEMPTS, latencyMs };
}

/**
 * One request of a run. It is done in the world when its time has come, and answered when the history lets it: the
 * process may end before, meanwhile or afterwards, and of a request that is on its way nobody knows whether it is done.
 * @throws RequestError when the client gives up
 */
export function request<Answer>(
  world: World,
  runner: Runner,
  what: string,
  link: Link,
  perform: () => Answer,
): Promise<Answer> {
  if (!runner.alive || crashes(world, runner, 'before', runner.steps, what)) return never();
  const step = runner.steps++;
  return new Promise((resolve, reject) => {
    const attempt = (nth: number): void => {
      const now = world.clock.now();
      const fate = now < world.history.quietAt ? drawFate(world.dice, link, now) : 'fine';
      const latencyMs = fate === 'slow' ? world.dice.between(200, TIMEOUT_MS - 1) : link.latencyMs(world.dice);
      world.clock.after(latencyMs, () => {
        if (fate === 'failed') return again(nth, true);
        const answer = fate === 'unsent' ? undefined : { value: perform() };
        if (fate === 'lost') link.onLost?.();
        if (fate === 'lost' || fate === 'unsent') {
          return world.clock.after(TIMEOUT_MS - latencyMs, () => again(nth, false));
        }
        if (answer !== undefined && goesOn()) resolve(answer.value);
      });
    };
    const again = (nth: number, answered: boolean): void => {
      if (!runner.alive) return;
      runner.troubled = true;
      world.tell(runner, () => `${what}: ${answered ? 'refused' : 'no answer'}, attempt ${nth}`);
      if (nth < link.attempts) world.clock.after(world.dice.between(0, BACKOFF_MS << nth), () => attempt(nth + 1));
      else if (goesOn()) reject(new RequestError(what, answered));
    };
    const goesOn = () => runner.alive && !crashes(world, runner, 'after', step, what);
    attempt(1);
    crashes(world, runner, 'during', step, what);
  });
}

/** Ends the run when its history says so. */
function crashes(world: World, runner: Runner, moment: CrashMoment, step: number, what: string): boolean {
  const { crash } = runner.planned;
  if (!runner.alive || crash?.step !== step || crash.moment !== moment) return false;
  world.end(runner, { how: 'crashed', where: `${moment} ${what} (step ${step})` });
  return true;
}

/** What a dead process hears. */
function never<Answer>(): Promise<Answer> {
  return new Promise(() => {});
}
