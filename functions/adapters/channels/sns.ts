import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { SnsChannelConfig } from '../../../core/config/paging.ts';
import { type Message, renderAll } from '../../../core/message/message.ts';
import { cut, oneLine } from '../../../core/message/plain-text.ts';
import type { Channel, Receipt } from '../../ports.ts';
import type { ChannelParts } from './channel.ts';

const LONGEST_ERROR = 400;

/** What of SNS a channel needs. */
export interface Topic {
  readonly client: SNSClient;
  readonly topicArn: string;
}

/** The channel of a configuration; refuses everything when the deployment gave it no topic. */
export function snsChannelOf({ to }: SnsChannelConfig, { sns }: ChannelParts): Channel {
  if (sns !== undefined) return snsChannel(sns.client, sns.topicArn, to);
  return { groups: true, send: async () => ({ accepted: false, error: 'there is no topic here', permanent: true }) };
}

/**
 * The topic: e-mail, SMS and machines get each their own text of the same message. SNS has no dedup key on standard
 * topics, so here the promise is at least once; the key travels in the body and as an attribute for those who honour it.
 * @param to the member of a rota whom the message is for, as an attribute that subscriptions filter by
 */
export function snsChannel(client: SNSClient, topicArn: string, to?: string): Channel {
  return {
    groups: true,
    async send(outgoing) {
      try {
        const { MessageId } = await client.send(toPublish(renderAll(outgoing), topicArn, to));
        return { accepted: true, text: `SNS message ${MessageId ?? 'without an id'}` };
      } catch (error) {
        return refusal(error);
      }
    },
  };
}

/** What SNS would say again. Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html, Errors */
const PERMANENT: ReadonlySet<string> = new Set([
  'AuthorizationErrorException',
  'EndpointDisabledException',
  'InvalidParameterException',
  'InvalidParameterValueException',
  'InvalidSecurityException',
  'KMSAccessDeniedException',
  'KMSDisabledException',
  'KMSNotFoundException',
  'NotFoundException',
]);

function refusal(error: unknown): Receipt {
  if (!(error instanceof Error)) return { accepted: false, error: 'SNS did not accept it: no reason given' };
  const why = cut(oneLine(`${error.name}: ${error.message}`), LONGEST_ERROR);
  const permanent = PERMANENT.has(error.name);
  return { accepted: false, error: `SNS did not accept it: ${why}`, ...(permanent && { permanent }) };
}

/** The request: at most 256 KiB, which the bounds of a page ensure. */
export function toPublish(message: Message, topicArn: string, to?: string): PublishCommand {
  return new PublishCommand({
    TopicArn: topicArn,
    Subject: message.subject,
    MessageStructure: 'json',
    Message: JSON.stringify({
      // What has no text of its own is a machine: SQS, Lambda, HTTPS, Firehose, JSON e-mail.
      default: message.json,
      email: message.email,
      sms: message.sms,
    }),
    MessageAttributes: {
      severity: attribute(message.attributes.severity),
      service: attribute(message.attributes.service),
      event: attribute(message.attributes.event),
      key: attribute(message.key),
      ...(to !== undefined && { to: attribute(to) }),
    },
  });
}

/** Filters of subscriptions match any of an array. */
function attribute(value: string | readonly string[]) {
  return typeof value === 'string'
    ? { DataType: 'String', StringValue: value }
    : { DataType: 'String.Array', StringValue: JSON.stringify(value) };
}
