import type { Context } from 'hono';

/** An error as RFC 9457 asks for it: what is wrong, for people and machines, and nothing of our insides. */
export interface Problem {
  readonly status: 400 | 404 | 405 | 409 | 500;
  readonly title: string;
  /** What to do about it. */
  readonly detail: string;
}

/** Bad input, found while reading a request. The app answers it as a problem. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}

export function problem(
  context: Context,
  { status, title, detail }: Problem,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, instance: context.req.path });
  return context.body(body, status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...headers,
  });
}
