import type { CheckEvent } from '../../functions/check.ts';

/**
 * One invocation of the real `check` function, in a process of its own that can be killed.
 * Usage: node one-run.ts SLOT [CLOCK_AHEAD_MS]
 */
const [slot = '', aheadMs = '0'] = process.argv.slice(2);
const now = Date.now.bind(Date);
Date.now = () => now() + Number(aheadMs);

const { handler } = await import('../../functions/check.ts');
const event: CheckEvent = { shard: 0, slot };
const endsAt = Date.now() + 60_000;
await handler(event, { awsRequestId: `run-${process.pid}`, getRemainingTimeInMillis: () => endsAt - Date.now() });
process.stdout.write('done\n');
process.exit(0);
