import { parentPort } from 'node:worker_threads';
import { type Stretch, trySeeds } from './try-seeds.ts';

// Errors are part of histories, and nobody reads where they were made.
Error.stackTraceLimit = 0;

parentPort?.on('message', (stretch: Stretch) => {
  void trySeeds(stretch).then(tried => parentPort?.postMessage(tried));
});
