/**
 * One cold start, in a process of its own: the processor time from the import of a bundle until its handler has written
 * and published. Prints milliseconds. Started by `cold.ts`; CommonJS, as Lambda loads these bundles.
 */
const [, , bundleFile, slot] = process.argv;
if (bundleFile === undefined || slot === undefined) throw new Error('usage: cold-sample.cts BUNDLE SLOT');

const atStart = process.cpuUsage();
const { handler } = require(bundleFile);
handler({ shard: 0, slot }, { getRemainingTimeInMillis: () => 55_000, awsRequestId: 'cold' }).then(() => {
  const { user, system } = process.cpuUsage(atStart);
  process.stdout.write(String((user + system) / 1000), () => process.exit(0));
});
