import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCondition } from '../../../core/condition/parse.ts';

function problem(text: string): string {
  const parsed = parseCondition(text);
  return parsed.ok ? 'fine' : parsed.problem;
}

describe('a condition is refused:', () => {
  test.each([
    ['empty', '  ', 'is empty; write it as "[STATUS] == 200"'],
    ['no operator', '[STATUS]', 'has no operator; write it as "[STATUS] == 200"'],
    ['an unknown operator', '[STATUS] ? 201', 'has no operator; write it as "[STATUS] == 200"'],
    [
      'an operator in two parts',
      '[STATUS] = = 201',
      'has = = where an operator should be; write it as "[STATUS] == 201"',
    ],
    ['one equals sign', '[STATUS] = 201', 'has = where an operator should be; write it as "[STATUS] == 201"'],
    [
      'one equals sign too many',
      '[STATUS] === 201',
      'has === where an operator should be; write it as "[STATUS] == 201"',
    ],
    ['no spaces', '[STATUS]==201', 'needs spaces around its operator; write it as "[STATUS] == 201"'],
    ['a space on one side', '[STATUS]<= 201', 'needs spaces around its operator; write it as "[STATUS] <= 201"'],
    ['nothing on the right', '[STATUS] ==', 'has nothing after its operator; write it as "[STATUS] == 200"'],
    ['nothing on the left', '== 200', 'has nothing before its operator; write it as "[STATUS] == 200"'],
    ['a mistyped placeholder', '[STATSU] == 200', 'has the unknown placeholder [STATSU]; did you mean [STATUS]?'],
    ['a placeholder of others', '[DOMAIN_EXPIRATION] > 720h', 'has the unknown placeholder [DOMAIN_EXPIRATION]'],
    ['no brackets', 'STATUS == 200', 'reads nothing from the answer; did you mean [STATUS]?'],
    ['constants', '1 == 2', 'reads nothing from the answer; one side must be a placeholder such as [STATUS]'],
    [
      'a pattern on both sides',
      'pat(a*) == any(a, b)',
      'reads nothing from the answer; one side must be a placeholder such as [STATUS]',
    ],
    ['a path on a status', '[STATUS].code == 1', 'has ".code" after [STATUS], which takes no path'],
    [
      'a header without a name',
      '[HEADER] == x',
      'has [HEADER] without a header name; write it as [HEADER].content-type',
    ],
    ['an index that is no number', '[BODY].ids[wat] == 1', 'has a bad index [wat] in its path; write it as [0]'],
    ['every element', '[BODY].ids[*].up == true', 'uses [*], which is not known; name one element such as [0]'],
    ['an empty key', '[BODY]..a == 1', 'has an empty key in its path; write it as .data.id'],
    ['a path without a dot', '[BODY]a == 1', 'has "a" where its path should go on with a dot; write it as .data.id'],
    ['a path that never ends', `[BODY]${'.a'.repeat(33)} == 1`, 'has a path of more than 32 steps'],
    ['an open function', 'len([BODY].users == 100', 'has len( without a closing )'],
    ['a function of nothing', '[BODY] == pat()', 'has nothing in pat()'],
    [
      'the length of a constant',
      'len(users) == 3',
      'has len(users), which needs a placeholder; write it as len([BODY].items)',
    ],
    ['an unknown function', 'age([BODY].at) < 10m', 'uses age(), which is not known'],
    ['an empty choice', '[STATUS] == any(200,, 201)', 'has an empty choice in any()'],
    ['a choice of choices', '[STATUS] == any(200, any(1, 2))', 'has any() inside any()'],
    ['too many choices', `[STATUS] == any(${Array(51).fill('1').join(',')})`, 'has more than 50 choices in any()'],
    [
      'an order with a word',
      '[RESPONSE_TIME] < fast',
      'compares with "fast", which is neither a number nor a duration such as 300ms',
    ],
    ['an order with a pattern', '[STATUS] < pat(2*)', 'compares a pattern or a choice with <; use == or !='],
    ['an order of words', '[DNS_RCODE] > 3', 'compares [DNS_RCODE] with >; use == or !='],
    ['an order of true and false', 'has([BODY].a) > 0', 'compares has() with >; use == true or == false'],
    [
      'a secret',
      '[BODY] == $' + '{secret:x}',
      'refers to a secret or a parameter; conditions are shown to people, so they take none',
    ],
    ['too long', `[BODY] == ${'x'.repeat(1000)}`, 'is longer than 1000 characters'],
    [
      'a lookahead',
      '[BODY] == matches(a(?=b))',
      'uses a lookahead in matches(a(?=b)); patterns that cannot be linear are refused',
    ],
    [
      'a lookbehind',
      '[BODY] == matches((?<!a)b)',
      'uses a lookbehind in matches((?<!a)b); patterns that cannot be linear are refused',
    ],
    [
      'a backreference',
      '[BODY] == matches((a)\\1)',
      'uses a backreference in matches((a)\\1); patterns that cannot be linear are refused',
    ],
    [
      'a bad regex',
      '[BODY] == matches([z-a])',
      'has a bad pattern in matches([z-a]): invalid character class range: `z-a`',
    ],
    [
      'a regex that grows too large',
      '[BODY] == matches((a{1,30}){1,33}b)',
      'has a pattern in matches(…) that is too large; ask for fewer repetitions',
    ],
  ])('%s', (_, text, expected) => {
    expect(problem(text)).toBe(expected);
  });
});

describe('a condition is read:', () => {
  test.each([
    ['with single spaces around its operator', '  [STATUS]   ==  200 ', '[STATUS] == 200'],
    ['with an operator inside a pattern', 'pat(a == b) == [BODY]', 'pat(a == b) == [BODY]'],
    ['with an operator inside a literal', '[BODY] == a < b', '[BODY] == a < b'],
    ['with brackets that are no placeholder', '[BODY] == [ok]', '[BODY] == [ok]'],
    ['with commas and parentheses inside any', '[BODY] == any(pat(a,b*), c)', '[BODY] == any(pat(a,b*), c)'],
    ['with an escaped parenthesis in a regex', '[BODY] == matches(\\(\\?=\\))', '[BODY] == matches(\\(\\?=\\))'],
    ['with a dot before an index', '[BODY].[0].id == 1', '[BODY].[0].id == 1'],
  ])('%s', (_, text, expected) => {
    const parsed = parseCondition(text);
    expect(parsed.ok ? parsed.condition.text : parsed.problem).toBe(expected);
  });

  const operands = fc.oneof(
    fc.constantFrom('[STATUS]', '[BODY].a[0]["b.c"].d-e', '[HEADER].x-y', 'len([BODY])', 'has([BODY].a)', '[IP]'),
    fc.constantFrom('200', '48h', 'pat(*a*)', 'any(1, pat(2*))', 'matches(^a+$)', '[ok]', 'a == b'),
    fc.string(),
  );
  const lines = fc
    .tuple(operands, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), operands)
    .map(parts => parts.join(' '));

  test('and its text reads the same again', () => {
    fc.assert(
      fc.property(fc.oneof(lines, fc.string()), line => {
        const first = parseCondition(line);
        if (first.ok) expect(parseCondition(first.condition.text)).toEqual(first);
        else expect(first.problem).not.toBe('');
      }),
    );
  });

  test('and it survives the way through JSON', () => {
    const parsed = parseCondition('len([BODY].a[0]) == any(1, matches(^2))');
    expect(JSON.parse(JSON.stringify(parsed))).toEqual(parsed);
  });
});
