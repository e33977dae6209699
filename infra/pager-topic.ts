import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Subscription, SubscriptionFilter, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { RotaMember } from '../core/config/paging.ts';
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
   * Members of rotas; with an address or a phone they get what is addressed to them, and nothing else.
   * @default none
   */
  readonly members?: readonly RotaMember[];
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
    this.subscribe([
      ...everybody(props.emails ?? [], props.phones ?? []),
      ...(props.members ?? []).flatMap(onlyTheirs),
    ]);
  }

  grantPublish(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: [...PUBLISH_ENCRYPTED], resources: [this.key.keyArn] }),
    );
  }

  private subscribe(subscribers: readonly Subscriber[]): void {
    if (subscribers.length === 0) return;
    const deadLetterQueue = deadLetters(this, 'Undelivered', 'of the subscriptions');
    // SNS keeps one subscription an endpoint, so whoever has one address for several roles gets what is for any of them.
    for (const [endpoint, roles] of Map.groupBy(subscribers, each => each.endpoint)) {
      const filter = new SubscriptionFilter(roles.flatMap(role => role.wanted));
      const protocol = roles[0]?.protocol ?? SubscriptionProtocol.EMAIL;
      new Subscription(this, endpoint, {
        topic: this.topic,
        endpoint,
        protocol,
        deadLetterQueue,
        filterPolicy: { to: filter },
      });
    }
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

interface Subscriber {
  readonly endpoint: string;
  readonly protocol: SubscriptionProtocol;
  /** Values of the attribute `to` in the form of a filter policy. */
  readonly wanted: readonly (string | { readonly exists: false })[];
}

/** Who subscribes to everything gets all that is not for one person: pages, and the alarms of CloudWatch. */
function everybody(emails: readonly string[], phones: readonly string[]): Subscriber[] {
  const wanted = [{ exists: false }] as const;
  return [
    ...emails.map(endpoint => ({ endpoint, protocol: SubscriptionProtocol.EMAIL, wanted })),
    ...phones.map(endpoint => ({ endpoint, protocol: SubscriptionProtocol.SMS, wanted })),
  ];
}

function onlyTheirs({ id, email, phone }: RotaMember): Subscriber[] {
  const wanted = [id];
  return [
    ...(email === undefined ? [] : [{ endpoint: email, protocol: SubscriptionProtocol.EMAIL, wanted }]),
    ...(phone === undefined ? [] : [{ endpoint: phone, protocol: SubscriptionProtocol.SMS, wanted }]),
  ];
}

/** What SNS needs of a key on behalf of whoever publishes. */
const PUBLISH_ENCRYPTED = ['kms:GenerateDataKey', 'kms:Decrypt'] as const;
