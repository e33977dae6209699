/**
 * One cold start, in a process of its own: the processor milliseconds from the import of a bundle until its first write
 * was accepted, and until its run was over. Prints both as JSON. Started by `cold.ts`. Plain CommonJS, as Lambda loads
 * these bundles: stripping types would keep V8 compiling in the background while the time is taken.
 */
const { subscribe } = require('node:diagnostics_channel');

const [, , bundleFile, slot] = process.argv;
let firstWriteMs;
subscribe('http.client.response.finish', ({ request }) => {
  if (String(request.getHeader('x-amz-target')).endsWith('.PutItem')) firstWriteMs ??= spentMs();
});

const atStart = process.cpuUsage();
const { handler } = require(bundleFile);
handler({ shard: 0, slot }, { getRemainingTimeInMillis: () => 55_000, awsRequestId: 'cold' }).then(() => {
  process.stdout.write(`\n${JSON.stringify({ firstWriteMs, runMs: spentMs() })}`, () => process.exit(0));
});

function spentMs() {
  const { user, system } = process.cpuUsage(atStart);
  return (user + system) / 1000;
}
