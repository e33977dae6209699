/**
 * How long an SDK client waits: without limits of its own it would wait until the function is ended, and a run that
 * hangs on one call would deliver nothing.
 */
export const PATIENCE = { maxAttempts: 3, requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 } };
