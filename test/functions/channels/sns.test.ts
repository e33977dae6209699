import { SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import type { SnsChannelConfig } from '../../../core/config/paging.ts';
import { createChannels } from '../../../functions/adapters/channels/index.ts';
import { receiver, secretsOf } from '../../support/channels.ts';
import { grouped, outgoing } from '../../support/outgoing.ts';

const topicArn = 'arn:aws:sns:eu-central-1:000000000000:tocsin';

function channelAt(endpoint: string, config: Partial<SnsChannelConfig> = {}) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SNSClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
  const channels = createChannels([{ id: 'topic', type: 'sns', ...config }], {
    sns: { client, topicArn },
    secrets: secretsOf({}),
  });
  return channels.get('topic');
}

const published = '<PublishResponse><PublishResult><MessageId>42</MessageId></PublishResult></PublishResponse>';
const refused = (code: string) =>
  `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;

describe('the topic', () => {
  it('takes one message with a text a protocol', async () => {
    const server = await receiver(response => response.end(published));
    expect(await channelAt(server.origin)?.send(outgoing())).toEqual({ accepted: true, text: 'SNS message 42' });
    const form = new URLSearchParams(server.received[0]?.body);
    expect(form.get('Subject')).toBe('DOWN Checkout / Checkout API: [STATUS] == 200 (was 503)');
    expect(Object.keys(JSON.parse(form.get('Message') ?? ''))).toEqual(['default', 'email', 'sms']);
  });

  it('says whom a message is for', async () => {
    const server = await receiver(response => response.end(published));
    await channelAt(server.origin, { to: 'alice' })?.send(outgoing());
    expect(server.received[0]?.body).toMatch(
      /Name=to&MessageAttributes\.entry\.\d\.Value\.DataType=String&[^&]+=alice/,
    );
  });

  it('takes the messages of a group as one', async () => {
    const server = await receiver(response => response.end(published));
    await channelAt(server.origin)?.send(grouped(12));
    expect(server.received).toHaveLength(1);
    expect(new URLSearchParams(server.received[0]?.body).get('Subject')).toMatch(/^DOWN 12 services of storefront: /);
  });

  it.each([
    ['NotFound', 404, 'NotFoundException'],
    ['AuthorizationError', 403, 'AuthorizationErrorException'],
    ['KMSDisabled', 400, 'KMSDisabledException'],
  ])('takes %s for good', async (code, status, name) => {
    const server = await receiver(response => response.writeHead(status).end(refused(code)));
    const error = `SNS did not accept it: ${name}: no`;
    expect(await channelAt(server.origin)?.send(outgoing())).toEqual({ accepted: false, error, permanent: true });
  });

  it.each([
    ['Throttled', 429],
    ['InternalError', 500],
  ])('tries again after %s', async (code, status) => {
    const server = await receiver(response => response.writeHead(status).end(refused(code)));
    const receipt = await channelAt(server.origin)?.send(outgoing());
    expect(receipt).toEqual({ accepted: false, error: expect.stringContaining(code) });
  });

  it('refuses everything where there is none', async () => {
    const channels = createChannels([{ id: 'topic', type: 'sns' }], { secrets: secretsOf({}) });
    const receipt = await channels.get('topic')?.send(outgoing());
    expect(receipt).toEqual({ accepted: false, error: 'there is no topic here', permanent: true });
  });
});
