import { defineConfig } from 'vitest/config';

/** `npm run test:engines`: the store contract on every engine there is, shown test by test. */
export default defineConfig({
  test: { include: ['test/engines/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, reporters: ['verbose'] },
});
