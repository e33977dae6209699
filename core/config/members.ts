import type { Paging, RotaMember } from './paging.ts';

/** The people of all rotas, each once: the same id in several rotas is the same person. */
export function membersOf({ rotas }: Pick<Paging, 'rotas'>): readonly RotaMember[] {
  const members = rotas.flatMap(rota => rota.members);
  return [...new Map(members.map(member => [member.id, member])).values()];
}
