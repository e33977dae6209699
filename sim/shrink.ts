import { drawHistory, FAULT_KINDS, type Omissions } from './draw.ts';
import { play } from './play.ts';

/** Leaves out of a history what does not matter: fault kinds, services, and the slots after the damage. */
export async function shrink(seed: number, property: string): Promise<Omissions> {
  const stillFails = async (omit: Omissions) => (await play(drawHistory(seed, omit))).violation?.property === property;
  let omit: Omissions = {};
  for (const kind of FAULT_KINDS) {
    const smaller = { ...omit, faults: [...(omit.faults ?? []), kind] };
    if (await stillFails(smaller)) omit = smaller;
  }
  for (const services of [1, 2, 3]) {
    if (omit.services === undefined && (await stillFails({ ...omit, services }))) omit = { ...omit, services };
  }
  for (let slots = 1; slots <= LONGEST_TRIED && omit.slots === undefined; slots++) {
    if (await stillFails({ ...omit, slots })) omit = { ...omit, slots };
  }
  return omit;
}

/** Longer stories are left as they are. */
const LONGEST_TRIED = 40;
