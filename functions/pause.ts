/** Waits. A port, so that tests and the simulator need not. */
export function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
