import type { Context } from 'hono';
import * as z from 'zod/mini';
import { RequestError } from './problem.ts';

const MOST_CHARACTERS = 20_000;

/**
 * The JSON body of a command; an empty one reads as `{}`. Only `application/json` is taken, which a page of another origin
 * cannot send without being asked first.
 * @throws RequestError saying what is wrong with it
 */
export async function readBody<Shape extends z.ZodMiniType>(context: Context, shape: Shape): Promise<z.infer<Shape>> {
  const text = await context.req.text();
  if (text.length > MOST_CHARACTERS) throw new RequestError('the body is too long');
  const type = context.req.header('content-type') ?? '';
  if (!type.startsWith('application/json')) throw new RequestError('the content-type must be application/json');
  const parsed = z.safeParse(shape, text === '' ? {} : parseJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new RequestError(`${issue?.path.join('.') || 'the body'} is not as it should be: ${issue?.message}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError('the body is no JSON');
  }
}
