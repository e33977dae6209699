import type { Rota, RotaMember } from '../config/paging.ts';
import { DAY_MS, MINUTE_MS, reachedAt, wallAt } from './zone.ts';

/**
 * Who is on call, and until when at least that is so: until the next handover, or the start or end of an override. Before the
 * rota's first day turns are reckoned backwards, so somebody always is.
 */
export function onCallAt(rota: Rota, at: number): { readonly member: RotaMember; readonly untilAt: number } {
  const standIn = rota.overrides.findLastIndex(({ fromAt, toAt }) => at >= fromAt && at < toAt);
  const override = rota.overrides[standIn];
  // A later entry of the list takes over from an earlier one as soon as it begins.
  const starts = rota.overrides.slice(standIn + 1).flatMap(({ fromAt }) => (fromAt > at ? [fromAt] : []));
  if (override !== undefined) {
    const member = rota.members.find(({ id }) => id === override.member) ?? turnAt(rota, at).member;
    return { member, untilAt: Math.min(override.toAt, ...starts) };
  }
  const turn = turnAt(rota, at);
  return { member: turn.member, untilAt: Math.min(turn.untilAt, ...starts) };
}

/** Whose turn it is when nobody stands in. */
function turnAt(rota: Rota, at: number): { readonly member: RotaMember; readonly untilAt: number } {
  const first = Date.parse(`${rota.from}T00:00:00Z`) + rota.handover.minute * MINUTE_MS;
  const length = rota.rotation === 'weekly' ? 7 * DAY_MS : DAY_MS;
  const handoverAt = (turn: number) => reachedAt(rota.zone, first + turn * length);
  // What the clock shows tells the turn but where it is being changed.
  let turn = Math.floor((wallAt(rota.zone, at) - first) / length);
  while (handoverAt(turn) > at) turn -= 1;
  while (handoverAt(turn + 1) <= at) turn += 1;
  const count = rota.members.length;
  const member = rota.members[((turn % count) + count) % count];
  if (member === undefined) throw new RangeError(`The rota ${rota.id} has no members`);
  return { member, untilAt: handoverAt(turn + 1) };
}
