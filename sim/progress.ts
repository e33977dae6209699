export interface ProgressBar {
  readonly at: (done: number) => void;
  readonly end: () => void;
}

const WIDTH = 30;
const REDRAW_MS = 100;

/** A line on stderr that tells how far something is; nothing where nobody looks. */
export function progressBar(what: string, total: number | undefined): ProgressBar {
  const { stderr } = process;
  if (!stderr.isTTY) return { at: () => {}, end: () => {} };
  let drawnAt = 0;
  return {
    at(done) {
      const now = performance.now();
      if (now - drawnAt < REDRAW_MS) return;
      drawnAt = now;
      stderr.write(
        `\r${total === undefined ? `${done} ${what}` : `${barOf(done / total)} ${done} of ${total} ${what}`}`,
      );
    },
    end: () => void stderr.write('\r\u001b[K'),
  };
}

function barOf(share: number): string {
  const full = Math.min(WIDTH, Math.round(share * WIDTH));
  return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
}
