import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ring } from './alarms.ts';
import { deadLetters } from './dead-letters.ts';

export interface PagerTopicProps {
  /**
   * Addresses that are mailed every page; each gets a link to confirm with.
   * @default none, subscribe later
   */
  readonly emails?: readonly string[];
  /**
   * Phones that are sent every page, in the E.164 form.
   * @default none, subscribe later
   */
  readonly phones?: readonly string[];
  /**
   * Takes the longest time AWS offers before the key is gone after the stack; a throw-away stack takes the shortest.
   * @default true
   */
  readonly retain?: boolean;
}

/** Where every page goes first: people subscribe with an address or a phone. */
export class PagerTopic extends Construct {
  readonly topic: ITopic;
  private readonly key: Key;

  constructor(scope: Construct, id: string, props: PagerTopicProps = {}) {
    super(scope, id);
    // A key of our own: with the key that AWS manages for SNS, CloudWatch alarms cannot publish, and their pages are lost
    // without a word. Nothing durable is encrypted with it, so it goes with the stack.
    this.key = new Key(this, 'Key', {
      description: 'Encrypts the pages of Tocsin while SNS holds them',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
      pendingWindow: Duration.days((props.retain ?? true) ? 30 : 7),
    });
    this.topic = new Topic(this, 'Topic', { displayName: 'Tocsin', masterKey: this.key, enforceSSL: true });
    this.admitAlarms();
    this.subscribe(props.emails ?? [], props.phones ?? []);
  }

  grantPublish(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: [...PUBLISH_ENCRYPTED], resources: [this.key.keyArn] }),
    );
  }

  private subscribe(emails: readonly string[], phones: readonly string[]): void {
    if (emails.length + phones.length === 0) return;
    const deadLetterQueue = deadLetters(this, 'Undelivered', 'of the subscriptions');
    const subscribe = (endpoint: string, protocol: SubscriptionProtocol) =>
      new Subscription(this, endpoint, { topic: this.topic, endpoint, protocol, deadLetterQueue });
    for (const email of emails) subscribe(email, SubscriptionProtocol.EMAIL);
    for (const phone of phones) subscribe(phone, SubscriptionProtocol.SMS);
    ring(this, 'Undelivered', {
      metric: deadLetterQueue.metricNumberOfMessagesSent({ period: Duration.minutes(5), statistic: Stats.SUM }),
      threshold: 1,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      topic: this.topic,
      plight: {
        happened: 'A page did not reach one of its people: SNS gave up on an address or a phone.',
        look: `See which in the messages of the queue ${deadLetterQueue.queueName}.`,
        heading: 'When a page is not delivered',
      },
    });
  }

  /** The alarms of this account, and of no other, may ring. */
  private admitAlarms(): void {
    const alarms = { sid: 'AlarmsOfThisAccount', principals: [new ServicePrincipal('cloudwatch.amazonaws.com')] };
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        ...alarms,
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    // No condition on the account here: not every service tells KMS whom it acts for, and an alarm that may not use the key
    // fails without a word. The topic asks for the account already. In the policy of a key, * is the key itself.
    this.key.addToResourcePolicy(
      new PolicyStatement({ ...alarms, sid: 'Alarms', actions: [...PUBLISH_ENCRYPTED], resources: ['*'] }),
    );
  }
}

/** What SNS needs of a key on behalf of whoever publishes. */
const PUBLISH_ENCRYPTED = ['kms:GenerateDataKey', 'kms:Decrypt'] as const;
