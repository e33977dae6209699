import type { Paging, RotaMember, SnsChannelConfig } from './paging.ts';

/** The people of all rotas, each once. The same id in several rotas is the same person. */
export function membersOf(paging: Pick<Paging, 'rotas'>): readonly RotaMember[] {
  const members = paging.rotas.flatMap(rota => rota.members);
  return [...new Map(members.map(member => [member.id, member])).values()];
}

/**
 * The channel that e-mail and phone of a member imply: the topic, narrowed to this member. Undefined without either. No id of the
 * file starts with `@`, so its own is always free.
 */
export function ownChannelOf(member: RotaMember): (SnsChannelConfig & { readonly to: string }) | undefined {
  if (member.email === undefined && member.phone === undefined) return undefined;
  return { id: `@${member.id}`, type: 'sns', to: member.id };
}
