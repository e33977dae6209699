import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A data directory is in use by another process. */
export class HeldError extends Error {
  override readonly name = 'HeldError';
}

/**
 * Takes a directory for this process alone: two would each overwrite what the other keeps.
 * A holder that died without letting go does not count.
 * @returns lets go
 * @throws HeldError naming the process
 */
export function hold(directory: string): () => void {
  const file = join(directory, 'pid');
  const holder = holderIn(file);
  if (holder !== undefined) throw new HeldError(`it is in use by process ${holder}`);
  writeFileSync(file, `${process.pid}\n`);
  return () => rmSync(file, { force: true });
}

function holderIn(file: string): number | undefined {
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return Number.isInteger(pid) && pid > 0 && pid !== process.pid && isAlive(pid) ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of another user may not be asked, but is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
