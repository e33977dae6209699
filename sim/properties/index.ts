import type { Property } from '../witness.ts';
import { changedWithCause, openedWhenDue } from './incidents.ts';
import { inOrder, toldOnce } from './order.ts';
import { acknowledgedIsQuiet, silencesHold } from './orders.ts';
import { keptUntilAccepted, owedBeforeSent } from './owed.ts';
import { waitsAsAsked } from './patience.ts';
import { lastWordIsTrue, noStorm, noZombies, toldInTheEnd } from './people.ts';
import { neverRepeatsItself, repeatsAreExplained } from './repeats.ts';
import { neverForgotten, onlyKnownErrors, statesStaySmall } from './states.ts';
import { pagedInTime } from './time.ts';

/** Everything that must hold in every history, whatever goes wrong. */
export const PROPERTIES: readonly Property[] = [
  pagedInTime,
  owedBeforeSent,
  keptUntilAccepted,
  openedWhenDue,
  changedWithCause,
  neverForgotten,
  toldOnce,
  inOrder,
  repeatsAreExplained,
  neverRepeatsItself,
  waitsAsAsked,
  acknowledgedIsQuiet,
  silencesHold,
  toldInTheEnd,
  lastWordIsTrue,
  noZombies,
  noStorm,
  statesStaySmall,
  onlyKnownErrors,
];
