/** How much a function tells in its log. */
export type LogLevel = 'info' | 'error';

export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/**
 * Structured log lines, one JSON object each. Only what is passed is written: never an event, a configuration or an
 * observation as a whole.
 * @param threshold `error` leaves out what is merely good to know
 */
export function logAt(threshold: LogLevel): Log {
  return (level, message, fields = {}) => {
    if (level === 'info' && threshold === 'error') return;
    process.stderr.write(`${JSON.stringify({ level, message, ...fields })}\n`);
  };
}
