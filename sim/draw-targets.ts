import type { Dice } from './dice.ts';
import type { Deploy, Span, TargetLetter, Turn } from './history.ts';

const MINUTE_MS = 60_000;

/** What the targets do: outages, flapping, no route for all at once, and at the end whatever it then stays. */
export function drawTargets(dice: Dice, deploys: readonly Deploy[], story: Span): Record<string, readonly Turn[]> {
  const monitors = new Set(deploys.flatMap(({ config }) => config.services.flatMap(service => service.monitors)));
  const ids = [...new Set([...monitors].map(({ id }) => id))];
  const blind: Span | undefined = dice.chance(0.1) ? drawSpan(dice, story, 8) : undefined;
  return Object.fromEntries(
    ids.map(id => {
      const turns = dice.chance(0.7) ? drawTurns(dice, story) : [];
      const last: Turn = { at: story.toAt, letter: dice.chance(0.75) ? 'u' : 'd' };
      return [id, [...(blind === undefined ? turns : shadowed(turns, blind)), last]];
    }),
  );
}

function drawTurns(dice: Dice, story: Span): Turn[] {
  const turns: Turn[] = [];
  const flaps = dice.chance(0.2);
  const longest = flaps ? 3 : 12;
  for (let at = story.fromAt + dice.between(0, 8) * MINUTE_MS; at < story.toAt; ) {
    turns.push({ at, letter: drawLetter(dice) });
    at += dice.between(1, longest) * MINUTE_MS - dice.between(0, 30_000);
    turns.push({ at: Math.min(at, story.toAt - 1), letter: 'u' });
    at += dice.between(1, longest) * MINUTE_MS;
  }
  return turns;
}

function drawLetter(dice: Dice): TargetLetter {
  return dice.chance(0.8) ? 'd' : dice.oneOf(['n', 't', 's']);
}

function drawSpan(dice: Dice, story: Span, minutes: number): Span {
  const fromAt = dice.between(story.fromAt, story.toAt - 1);
  return { fromAt, toAt: Math.min(story.toAt - 1, fromAt + dice.between(1, minutes) * MINUTE_MS) };
}

/** The same turns, hidden while nothing can be reached. */
function shadowed(turns: readonly Turn[], { fromAt, toAt }: Span): Turn[] {
  const after = turns.findLast(turn => turn.at <= toAt)?.letter ?? 'u';
  return [
    ...turns.filter(turn => turn.at < fromAt),
    { at: fromAt, letter: 'n' },
    { at: toAt, letter: after },
    ...turns.filter(turn => turn.at > toAt),
  ];
}
