/**
 * A line of structured log. Lambda's JSON logging keeps the fields; a laptop shows them on stderr.
 * Only what is passed here is written: never an event, a configuration or an observation as a whole.
 */
export function log(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  process.stderr.write(`${JSON.stringify({ level: 'INFO', message, ...fields })}\n`);
}
