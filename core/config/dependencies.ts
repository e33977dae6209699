/**
 * The circles among dependencies, each once and closed: `['a', 'b', 'a']`. Depth first without recursion, so that a long chain
 * cannot overflow the stack; linear in the number of dependencies.
 */
export function cyclesIn(needs: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const cycles: string[][] = [];
  const finished = new Set<string>();
  for (const start of needs.keys()) {
    const trail: { readonly id: string; readonly open: string[] }[] = [];
    const onTrail = new Map<string, number>();
    const enter = (id: string) => {
      onTrail.set(id, trail.length);
      trail.push({ id, open: [...(needs.get(id) ?? [])].reverse() });
    };
    if (!finished.has(start)) enter(start);
    for (let last = trail.at(-1); last !== undefined; last = trail.at(-1)) {
      const next = last.open.pop();
      if (next === undefined) {
        finished.add(last.id);
        onTrail.delete(last.id);
        trail.pop();
      } else if (onTrail.has(next)) {
        cycles.push([...trail.slice(onTrail.get(next)).map(({ id }) => id), next]);
      } else if (!finished.has(next)) {
        enter(next);
      }
    }
  }
  return cycles;
}
