import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Message } from '../../core/message/message.ts';
import type { Channel } from '../ports.ts';

/**
 * The topic: e-mail, SMS and machines get each their own text of the same message. SNS has no dedup key on standard
 * topics, so here the promise is at least once; the key travels in the body and as an attribute for those who honour it.
 */
export function snsChannel(client: SNSClient, topicArn: string): Channel {
  return {
    async send(message) {
      try {
        const { MessageId } = await client.send(toPublish(message, topicArn));
        return { accepted: true, text: `SNS message ${MessageId ?? 'without an id'}` };
      } catch (error) {
        return {
          accepted: false,
          error: `SNS did not accept it: ${error instanceof Error ? `${error.name}: ${error.message}` : 'no reason given'}`,
        };
      }
    },
  };
}

/** The request: at most 256 KiB, which the bounds of a page ensure. */
export function toPublish(message: Message, topicArn: string): PublishCommand {
  const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
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
    },
  });
}
