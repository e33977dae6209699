import { describe, expect, it } from 'vitest';
import { tokenFor } from '../../../functions/ack-link.ts';
import { isStraight } from '../../../functions/web/guard.ts';

describe('a path is let in', () => {
  it.each([
    '/',
    '/favicon.ico',
    '/api/v1/status',
    '/api/v1/monitors/shop-1.web_2/checks',
    '/api/v1/incidents/_tocsin.0-20261120T100300Z/acknowledge',
    '/api/v1/incidents/_tocsin.0.channel.chat-20261120T100300Z',
    `/a/${tokenFor('shop-20261120T100300Z', 'key')}`,
    '/hooks/pagerduty/duty',
  ])('%s', path => expect(isStraight(path)).toBe(true));
});

describe('a path that leads elsewhere than it looks is answered as one that does not exist', () => {
  it.each([
    '/hooks/../api/v1/silences',
    '/hooks/%2e%2e/api/v1/silences',
    '/hooks/%252e%252e/api/v1/silences',
    '/hooks/x\\..\\..\\api\\v1\\silences',
    '/a/..;/api/v1/silences',
    '//evil.example/api',
    '/a/./b',
    '/a/b?c',
    'api',
    '/a/\n',
  ])('%j', path => expect(isStraight(path)).toBe(false));
});
