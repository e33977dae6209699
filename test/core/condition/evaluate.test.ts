import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../core/condition/evaluate.ts';
import type { Condition } from '../../../core/condition/model.ts';
import { parseCondition } from '../../../core/condition/parse.ts';
import type { Observation } from '../../../core/observation.ts';
import { observed, validForHours } from './observation.ts';

function condition(text: string): Condition {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(`"${text}" ${parsed.problem}`);
  return parsed.condition;
}

/** `holds`, or the reason why not. */
function outcome(text: string, facts: Partial<Observation>): string {
  const evaluation = evaluate(condition(text), observed(facts));
  return evaluation.holds ? 'holds' : evaluation.reason;
}

const body = (text: string) => ({ body: text });
const tookMs = (totalMs: number) => ({ timings: { totalMs } });

type Row = readonly [sentence: string, condition: string, facts: Partial<Observation>, outcome: string];

/** What users of Gatus expect; its own table of condition tests covers the same ground. */
const AS_IN_GATUS: readonly Row[] = [
  ['an address is equal', '[IP] == 127.0.0.1', { ip: '127.0.0.1' }, 'holds'],
  ['a status is equal', '[STATUS] == 200', { status: 200 }, 'holds'],
  ['a status differs', '[STATUS] == 200', { status: 500 }, '[STATUS] == 200 (was 500)'],
  ['a status is below', '[STATUS] < 300', { status: 201 }, 'holds'],
  ['a status is not below', '[STATUS] < 300', { status: 404 }, '[STATUS] < 300 (was 404)'],
  ['a status is not the refused one', '[STATUS] != 500', { status: 200 }, 'holds'],
  ['a status is the refused one', '[STATUS] != 500', { status: 500 }, '[STATUS] != 500 (was 500)'],
  ['an answer is fast enough', '[RESPONSE_TIME] < 500', tookMs(50), 'holds'],
  ['an answer is faster than a duration', '[RESPONSE_TIME] < 1s', tookMs(50), 'holds'],
  ['an answer is slower than a number', '[RESPONSE_TIME] > 500', tookMs(750), 'holds'],
  ['an answer is slower than a duration', '[RESPONSE_TIME] > 1s', tookMs(2000), 'holds'],
  ['at least is met by the same', '[RESPONSE_TIME] >= 500', tookMs(500), 'holds'],
  ['at least is missed by one', '[RESPONSE_TIME] >= 500', tookMs(499), '[RESPONSE_TIME] >= 500 (was 499)'],
  ['at most is met by the same', '[RESPONSE_TIME] <= 500', tookMs(500), 'holds'],
  ['at most is met by the same and a fraction', '[RESPONSE_TIME] <= 500', tookMs(500.9), 'holds'],
  ['at most is missed', '[RESPONSE_TIME] <= 500', tookMs(750), '[RESPONSE_TIME] <= 500 (was 750)'],
  ['a body is equal', '[BODY] == test', body('test'), 'holds'],
  ['white space around a body does not count', '[BODY] == test', body('\r\n test\n'), 'holds'],
  ['a body is a number', '[BODY] == 123', body('123'), 'holds'],
  ['a body is a number below', '[BODY] < 124', body('123'), 'holds'],
  ['a body is a number above', '[BODY] > 122', body('123'), 'holds'],
  ['a body is no number above', '[BODY] > 123', body('100'), '[BODY] > 123 (was 100)'],
  ['a key of the body is equal', '[BODY].status == UP', body('{"status":"UP"}'), 'holds'],
  ['a key within a key is equal', '[BODY].data.name == john', body('{"data":{"id":1,"name":"john"}}'), 'holds'],
  ['a key is missing', '[BODY].data.name == john', body('{"data":{"id":1}}'), '[BODY].data.name == john (was missing)'],
  ['two keys differ', '[BODY].a.x != [BODY].a.y', body('{"a":{"x":"john","y":"doe"}}'), 'holds'],
  [
    'two keys are not equal',
    '[BODY].x == [BODY].y',
    body('{"x":"john","y":"doe"}'),
    '[BODY].x == [BODY].y (was john and doe)',
  ],
  ['a body is a list', '[BODY][0].id == 1', body('[{"id":1},{"id":2}]'), 'holds'],
  ['a list is under a key', '[BODY].data[1].id == 2', body('{"data":[{"id":1},{"id":2},{"id":3}]}'), 'holds'],
  ['lists are nested', '[BODY][3][2] == 7', body('[[1,2],[3,4],[],[5,6,7]]'), 'holds'],
  ['lists are nested under a key', '[BODY].data[1][1] == eeeee', body('{"data":[["a","b"],["d","eeeee"]]}'), 'holds'],
  ['a list ends before the index', '[BODY][5].id == 1', body('[{"id":1}]'), '[BODY][5].id == 1 (was missing)'],
  ['null is missing', '[BODY].data == OK', body('{"data":null}'), '[BODY].data == OK (was missing)'],
  [
    'null in a list is missing',
    '[BODY].items[0] == OK',
    body('{"items":[null,null]}'),
    '[BODY].items[0] == OK (was missing)',
  ],
  ['a body that is null has no keys', '[BODY].data == OK', body('null'), '[BODY].data == OK (was missing)'],
  ['a path goes on after a text', '[BODY].a.b == x', body('{"a":"john"}'), '[BODY].a.b == x (was missing)'],
  [
    'an index into an object',
    '[BODY][0].name == test',
    body('{"statusCode":500}'),
    '[BODY][0].name == test (was missing)',
  ],
  ['a hexadecimal number is above', '[BODY].data > 0', body('{"data":"0x1"}'), 'holds'],
  ['a hexadecimal number is equal', '[BODY].data == 12648243', body('{"data":"0xC0ff33"}'), 'holds'],
  ['an octal number is equal', '[BODY].data == 2', body('{"data":"0o2"}'), 'holds'],
  ['a binary number is equal', '[BODY].data == 0b10', body('{"data":"0b0010"}'), 'holds'],
  ['the length of a number is that of its text', 'len([BODY].data) == 4', body('{"data":"0x01"}'), 'holds'],
  ['a number in a text is above', '[BODY].balance > 100', body('{"balance":"123.40000000000005"}'), 'holds'],
  ['a connection stood', '[CONNECTED] == true', { connected: true }, 'holds'],
  ['no connection stood', '[CONNECTED] == true', { connected: false }, '[CONNECTED] == true (was false)'],
  ['no connection is wished for', '[CONNECTED] == false', { connected: false }, 'holds'],
  [
    'a certificate lasts, in ms',
    '[CERTIFICATE_EXPIRATION] > 2419200000',
    { certificate: validForHours(1440) },
    'holds',
  ],
  ['a certificate lasts', '[CERTIFICATE_EXPIRATION] > 12h', { certificate: validForHours(24) }, 'holds'],
  [
    'a certificate ends soon',
    '[CERTIFICATE_EXPIRATION] > 48h',
    { certificate: validForHours(24) },
    '[CERTIFICATE_EXPIRATION] > 48h (was 1d)',
  ],
  ['a name is known', '[DNS_RCODE] == NOERROR', { dns: { rcode: 'NOERROR', answers: [] } }, 'holds'],
  [
    'a name is not known',
    '[DNS_RCODE] == NOERROR',
    { dns: { rcode: 'NXDOMAIN', answers: [] } },
    '[DNS_RCODE] == NOERROR (was NXDOMAIN)',
  ],
  ['the length of a text', 'len([BODY].name) == 8', body('{"name":"john.doe"}'), 'holds'],
  ['the length of a list', 'len([BODY].data) == 3', body('{"data":[{"id":1},{"id":2},{"id":3}]}'), 'holds'],
  ['the length of a body that is a list', 'len([BODY]) == 3', body('[{"id":1},{"id":2},{"id":3}]'), 'holds'],
  ['the length of a body that is text', 'len([BODY]) == 8', body('john.doe'), 'holds'],
  ['the length of a body that is an object', 'len([BODY]) == 20', body('{"name": "john.doe"}'), 'holds'],
  ['the length of an object within', 'len([BODY][0]) == 23', body('[{"age":18, "adult":true}]'), 'holds'],
  ['the length of a whole number', 'len([BODY].age) == 2', body('{"age":18}'), 'holds'],
  ['the length of true', 'len([BODY].adult) == 4', body('{"adult":true}'), 'holds'],
  [
    'the length of nothing',
    'len([BODY].data) == 8',
    body('{"name":"john.doe"}'),
    'len([BODY].data) == 8 (was missing)',
  ],
  ['a glob finds its text in a body', '[BODY] == pat(*john*)', body('{"name": "john.doe"}'), 'holds'],
  ['a glob fits a key', '[BODY].name == pat(john*)', body('{"name": "john.doe"}'), 'holds'],
  [
    'a glob does not fit',
    '[BODY].name == pat(bob*)',
    body('{"name": "john.doe"}'),
    '[BODY].name == pat(bob*) (was john.doe)',
  ],
  ['a glob on the left', 'pat(*<b id="x">john</b>*) == [BODY]', body('<p><b id="x">john</b></p>'), 'holds'],
  ['a glob finds its text in a list', '[BODY].data == pat(*Whatever*)', body('{"data":["hello","Whatever"]}'), 'holds'],
  ['a glob fits an address', '[IP] == pat(10.*)', { ip: '10.0.0.0' }, 'holds'],
  [
    'a glob does not fit an address',
    '[IP] == pat(10.*)',
    { ip: '255.255.255.255' },
    '[IP] == pat(10.*) (was 255.255.255.255)',
  ],
  ['a glob fits a status', '[STATUS] == pat(4*)', { status: 404 }, 'holds'],
  ['a glob does not fit a status', '[STATUS] == pat(4*)', { status: 200 }, '[STATUS] == pat(4*) (was 200)'],
  ['a glob that must not fit', '[STATUS] != pat(5*)', { status: 200 }, 'holds'],
  ['any takes its last choice', '[BODY].name == any(john.doe, jane.doe)', body('{"name":"jane.doe"}'), 'holds'],
  [
    'any takes none',
    '[BODY].name == any(john.doe, jane.doe)',
    body('{"name":"bob"}'),
    '[BODY].name == any(john.doe, jane.doe) (was bob)',
  ],
  ['any on the left', 'any(200, 429) == [STATUS]', { status: 429 }, 'holds'],
  ['a key is not there, as wished', 'has([BODY].errors) == false', body('{}'), 'holds'],
  ['a key is there, as wished', 'has([BODY].article) == true', body('{"article":{"id":123}}'), 'holds'],
  [
    'a key is there, not as wished',
    'has([BODY].errors) == false',
    body('{"errors":["1"]}'),
    'has([BODY].errors) == false (was true)',
  ],
  ['an empty body is not there', 'has([BODY]) == false', body(' \n'), 'holds'],
  ['names of placeholders in lower case', '[status] == 200', { status: 200 }, 'holds'],
];

const BEYOND_GATUS: readonly Row[] = [
  [
    'a header is found whatever its case',
    '[HEADER].Content-Type == text/html',
    { headers: { 'content-type': 'text/html' } },
    'holds',
  ],
  ['a header did not come', '[HEADER].x-id == 1', { headers: {} }, '[HEADER].x-id == 1 (was missing)'],
  [
    'a header named like a method of objects did not come',
    'has([HEADER].constructor) == false',
    { headers: {} },
    'holds',
  ],
  ['a regex is found anywhere', '[BODY] == matches(v\\d+)', body('at v12 now'), 'holds'],
  [
    'a regex with anchors is not',
    '[BODY] == matches(^v\\d+$)',
    body('at v12'),
    '[BODY] == matches(^v\\d+$) (was at v12)',
  ],
  ['a regex that must not be found', '[BODY] != matches((?i)error)', body('all fine'), 'holds'],
  ['a glob within any', '[STATUS] == any(200, pat(3*))', { status: 302 }, 'holds'],
  ['a regex within any', '[BODY] == any(matches(^ok$), pat(up*))', body('ok'), 'holds'],
  ['a placeholder within any', '[BODY].a == any([BODY].b, 7)', body('{"a":"x","b":"x"}'), 'holds'],
  [
    'days',
    '[CERTIFICATE_EXPIRATION] > 7d',
    { certificate: validForHours(76) },
    '[CERTIFICATE_EXPIRATION] > 7d (was 3d 4h)',
  ],
  [
    'an expired certificate',
    '[CERTIFICATE_EXPIRATION] > 7d',
    { certificate: validForHours(-49) },
    '[CERTIFICATE_EXPIRATION] > 7d (was expired 2d 1h ago)',
  ],
  ['keys with dashes', '[BODY].build-info.git_sha == a1', body('{"build-info":{"git_sha":"a1"}}'), 'holds'],
  ['keys with dots', '[BODY]["a.b"].c == 1', body('{"a.b":{"c":1}}'), 'holds'],
  [
    'keys of the prototype are not there',
    '[BODY].constructor == x',
    body('{}'),
    '[BODY].constructor == x (was missing)',
  ],
  ['a key named __proto__', '[BODY].__proto__.x == 1', body('{"__proto__":{"x":1}}'), 'holds'],
  [
    'the length of a list is not a key',
    '[BODY].a.length == 1',
    body('{"a":[1]}'),
    '[BODY].a.length == 1 (was missing)',
  ],
  ['decimals are equal as numbers', '[BODY].v == 1.50', body('{"v":1.5}'), 'holds'],
  ['characters are counted, not bytes', 'len([BODY]) == 2', body('é🔔'), 'holds'],
];

const UNLIKE_GATUS: readonly Row[] = [
  ['what is missing is not 0', '[STATUS] == 0', {}, '[STATUS] == 0 (was missing)'],
  ['no certificate is not 0', '[CERTIFICATE_EXPIRATION] == 0', {}, '[CERTIFICATE_EXPIRATION] == 0 (was missing)'],
  ['what is missing does not differ either', '[BODY].error != true', body('{}'), '[BODY].error != true (was missing)'],
  ['a word is not 0', '[BODY] < 5', body('potato'), '[BODY] < 5 (was potato)'],
  ['fractions count', '[BODY].load > 0', body('{"load":0.5}'), 'holds'],
  ['brackets in a glob stand for themselves', '[BODY] == pat(*[ok]*)', body('x [ok]'), 'holds'],
];

const HOSTILE: readonly Row[] = [
  ['no body at all', '[BODY] == x', {}, '[BODY] == x (was missing)'],
  ['an empty body', '[BODY] == x', body(''), '[BODY] == x (was empty)'],
  ['an empty body asked for a key', '[BODY].a == x', body(''), '[BODY].a == x (was missing: the body is empty)'],
  ['a body that is not JSON', '[BODY].a == x', body('<html>'), '[BODY].a == x (was missing: the body is not JSON)'],
  [
    'a body that was cut',
    '[BODY].a == x',
    { body: '{"a":"x","b":', bodyTruncated: true },
    '[BODY].a == x (was missing: the body is longer than what is kept of it)',
  ],
  [
    'a body too deep to be written again',
    '[BODY].a == x',
    body(`{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`),
    '[BODY].a == x (was missing: nested too deeply)',
  ],
  [
    'control characters',
    '[BODY] == x',
    body('a\r\nb\u001b[31m\u202e\ud800'),
    '[BODY] == x (was a\\r\\nb\\u001b[31m\\u202e\\ud800)',
  ],
  ['a long value', '[BODY] == x', body('y'.repeat(101)), `[BODY] == x (was ${'y'.repeat(100)}…)`],
  ['a value that just fits', '[BODY] == x', body('🔔'.repeat(100)), `[BODY] == x (was ${'🔔'.repeat(100)})`],
];

describe.each([
  ['as users of Gatus know it', AS_IN_GATUS],
  ['beyond Gatus', BEYOND_GATUS],
  ['on purpose unlike Gatus', UNLIKE_GATUS],
  ['whatever the target answers', HOSTILE],
])('a condition, %s:', (_, rows) => {
  test.each(rows)('%s', (_sentence, text, facts, expected) => {
    expect(outcome(text, facts)).toBe(expected);
  });
});

describe('evaluate', () => {
  const CONDITIONS = [...AS_IN_GATUS, ...BEYOND_GATUS, ...HOSTILE].map(([, text]) => condition(text));
  const observations = fc.record({
    startedAt: fc.integer(),
    connected: fc.boolean(),
    timings: fc.record({ totalMs: fc.double() }),
    attempts: fc.constant(1),
    ip: fc.option(fc.string(), { nil: undefined }),
    status: fc.option(fc.integer(), { nil: undefined }),
    headers: fc.option(fc.dictionary(fc.string(), fc.string()), { nil: undefined }),
    body: fc.option(fc.oneof(fc.json(), fc.string({ unit: 'binary' })), { nil: undefined }),
    certificate: fc.option(fc.double().map(validForHours), { nil: undefined }),
  });

  test('never throws, and gives a reason of one line', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CONDITIONS), observations, (each, observation) => {
        const evaluation = evaluate(each, observation);
        if (!evaluation.holds) expect(evaluation.reason).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  test('parses a body once for all conditions on it', () => {
    const original = JSON.parse;
    let parses = 0;
    JSON.parse = (...args: Parameters<typeof original>) => {
      parses += 1;
      return original(...args);
    };
    try {
      const observation = observed({ body: '{"a":1,"b":2}' });
      for (const text of ['[BODY].a == 1', '[BODY].b == 2', 'has([BODY].c) == false'])
        evaluate(condition(text), observation);
    } finally {
      JSON.parse = original;
    }
    expect(parses).toBe(1);
  });
});
