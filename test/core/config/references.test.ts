import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Monitor } from '../../../core/config/model.ts';
import { parseConfig } from '../../../core/config/parse.ts';
import {
  redact,
  redactObservation,
  referenceProblem,
  referencesOf,
  substitute,
} from '../../../core/config/references.ts';
import { observed } from '../condition/observation.ts';

const reference = (inner: string) => `$\{${inner}}`;
const TOKEN = reference('secret:token');

function monitor(fields: object): Monitor {
  const parsed = parseConfig(JSON.stringify({ monitors: [{ id: 'a', ...fields }] }), 'm.yaml');
  const first = parsed.ok ? parsed.config.services[0]?.monitors[0] : undefined;
  if (first === undefined) throw new Error(JSON.stringify(parsed));
  return first;
}

const web = monitor({
  target: `https://shop.example/?key=${TOKEN}`,
  headers: { Authorization: `Bearer ${reference('ssm:/shop/token')}`, Accept: 'text/html' },
  body: `${TOKEN} and ${TOKEN}`,
});
const tcp = monitor({ kind: 'tcp', target: 'db:1', send: `AUTH ${TOKEN}`, expect: reference('ssm:/x') });

test.each([
  ['an http monitor, each once', web, [TOKEN, reference('ssm:/shop/token')]],
  ['a tcp monitor', tcp, [TOKEN, reference('ssm:/x')]],
  ['a monitor without any', monitor({ kind: 'dns', target: 'shop.example' }), []],
])('the references of %s are found', (_, each, expected) => {
  expect(referencesOf(each).map(({ text }) => text)).toEqual(expected);
});

test('references are replaced by their values, encoded in the target', () => {
  const values = substitute(web, (kind, name) => `${kind}&${name}`);
  expect(values).toMatchObject({
    target: 'https://shop.example/?key=secret%26token',
    headers: { Authorization: 'Bearer ssm&/shop/token', Accept: 'text/html' },
    body: 'secret&token and secret&token',
  });
  expect(referencesOf(values)).toEqual([]);
});

test('a value that looks like a reference is not resolved again', () => {
  expect(substitute(tcp, () => TOKEN)).toMatchObject({ send: `AUTH ${TOKEN}`, expect: TOKEN });
});

test.each([
  ['no reference', 'costs $5 {or so}', true],
  ['a secret', reference('secret:shop/api_key+v1=x@y.z-1'), true],
  ['a parameter', reference('ssm:/shop/token'), true],
  ['a parameter without a slash', reference('ssm:token'), false],
  ['the environment', reference('env:TOKEN'), false],
  ['no name', reference('secret:'), false],
  ['a space', reference('secret: a'), false],
  ['no end', TOKEN.slice(0, -1), false],
])('%s is a known form or refused', (_, text, fine) => {
  expect(referenceProblem(text) === undefined).toBe(fine);
});

describe('redacting', () => {
  const value = 'p&s "w/ö+d';
  const secrets = new Map([[TOKEN, value]]);

  test.each([
    ['as it is', value],
    ['in an address', encodeURIComponent(value)],
    ['in a form', encodeURIComponent(value).replaceAll('%20', '+')],
    ['in JSON', JSON.stringify(value).slice(1, -1)],
    ['in base64', Buffer.from(value).toString('base64').replace(/=+$/, '')],
    ['in base64 for addresses', Buffer.from(value).toString('base64url')],
  ])('finds a secret %s', (_, form) => {
    expect(redact(`before ${form} after ${form}`, secrets)).toBe(`before ${TOKEN} after ${TOKEN}`);
  });

  test('takes the longer of two secrets, and leaves what stands for it alone', () => {
    const two = new Map([
      [reference('secret:t'), 't'],
      [TOKEN, 'test'],
    ]);
    expect(redact('a test it', two)).toBe(`a ${TOKEN} i${reference('secret:t')}`);
  });

  test('leaves the text alone when a secret is empty', () => {
    expect(redact('text', new Map([[TOKEN, '']]))).toBe('text');
  });

  test('reaches everything in an observation that came from outside', () => {
    const observation = observed({
      body: '{"echo":"hunter2"}',
      headers: { 'x-echo': 'hunter2' },
      failure: { reason: 'protocol', detail: 'got hunter2' },
      dns: { rcode: 'NOERROR', answers: ['hunter2'] },
    });
    const redacted = redactObservation(observation, new Map([[TOKEN, 'hunter2']]));
    expect(JSON.stringify(redacted)).not.toContain('hunter2');
    expect(redacted).toMatchObject({ startedAt: observation.startedAt, headers: { 'x-echo': TOKEN } });
  });

  test('leaves no secret behind', () => {
    const values = fc.string({ unit: fc.constantFrom('a', 'b', '/', '"', 'ö', '🔔'), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(values, values, fc.array(values), (one, other, text) => {
        // Capitals only, so that what stands for a secret cannot hold one.
        const redacted = redact(
          text.join(''),
          new Map([
            ['ONE', one],
            ['TWO', other],
          ]),
        );
        expect(redacted.split(/ONE|TWO/).some(part => part.includes(one) || part.includes(other))).toBe(false);
      }),
    );
  });
});
