/**
 * PagerDuty Events v2, as its documentation has it: a trigger with a key that is open joins it, one with a key that is
 * not open opens an incident anew, even when it was resolved before; a resolve of what is not open is dropped.
 */
export interface PagerDuty {
  trigger(key: string): void;
  resolve(key: string): void;
  /** The keys of open incidents. */
  open(): readonly string[];
}

export function pagerDuty(): PagerDuty {
  const open = new Set<string>();
  return {
    trigger: key => void open.add(key),
    resolve: key => void open.delete(key),
    open: () => [...open],
  };
}
