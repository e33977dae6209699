import { Duration, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Reference } from '../core/config/references.ts';
import { toCheckEnv } from '../functions/settings.ts';
import { alarmOnFunction, ring } from './alarms.ts';
import { BundledFunction } from './bundled-function.ts';
import { deadLetters } from './dead-letters.ts';
import type { LinkKey } from './link-key.ts';
import type { MonitorTable } from './monitor-table.ts';
import type { PagerTopic } from './pager-topic.ts';
import { grantReferences } from './references.ts';

export interface CheckFunctionProps {
  readonly codeDirectory: string;
  readonly table: MonitorTable;
  readonly pager: PagerTopic;
  /** Signs the links in messages. */
  readonly linkKey: LinkKey;
  /** Where the links in messages lead; no slash at the end. */
  readonly statusUrl: string;
  /** The secrets that the configuration names; these may be read, and no others. */
  readonly references: readonly Reference[];
  /** What becomes of the logs when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
  /**
   * Concurrent runs set aside.
   * @default none
   */
  readonly reservedConcurrency?: number;
}

/** Probes the monitors of a shard, judges, stores and pages: once a minute, woken by `CheckSchedule`. */
export class CheckFunction extends Construct {
  readonly function: BundledFunction;
  /** Holds the runs that never happened, for a look at why. */
  readonly deadLetters: IQueue;

  constructor(scope: Construct, id: string, props: CheckFunctionProps) {
    super(scope, id);
    this.deadLetters = deadLetters(this, 'DeadLetters', 'of the schedules and the function');
    this.function = new BundledFunction(this, 'Function', {
      codeDirectory: props.codeDirectory,
      description: 'Tocsin: probes the monitors of a shard, judges, stores and pages',
      environment: toCheckEnv({
        table: props.table.table.tableName,
        topicArn: props.pager.topic.topicArn,
        statusUrl: props.statusUrl,
        runEverySeconds: 60,
        linkKeySecret: props.linkKey.secretName,
        logLevel: 'info',
      }),
      // Processor time comes with memory: 1,024 MB is 0.58 of a core. 400 TLS probes a second, the pace at which a run
      // starts them, need 0.29; half busy, the function still measures its targets and not itself.
      memoryMb: 1024,
      // A monitor may wait for 60 seconds, and storing and delivering come after. Runs may overlap: whichever slot is
      // judged first, an older one changes nothing of the same monitor.
      timeout: Duration.seconds(90),
      removalPolicy: props.removalPolicy,
      ...(props.reservedConcurrency !== undefined && { reservedConcurrency: props.reservedConcurrency }),
    });
    // After a minute a newer slot has been judged, and an older one may change nothing any more. So a failed run is not
    // repeated: the next one delivers what it owed.
    this.function.lambda.configureAsyncInvoke({
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      onFailure: new SqsDestination(this.deadLetters),
    });
    Validations.of(this.function.lambda).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        'Failed runs go to the on-failure destination above, which keeps the error with the event; a DLQ keeps the event.',
    });
    this.alarm(props.pager);
    props.table.grantReadWrite(this.function.lambda);
    props.pager.grantPublish(this.function.lambda);
    props.linkKey.grantRead(this.function.lambda);
    grantReferences(this.function.lambda, Stack.of(this), props.references);
  }

  private alarm(pager: PagerTopic): void {
    const { topic } = pager;
    const logs = `Read the newest errors in the log group ${this.function.logGroup.logGroupName}.`;
    alarmOnFunction(this, {
      target: this.function,
      topic,
      onErrors: {
        happened: 'Tocsin fails while checking: in three of the last five minutes a run ended with an error.',
        look: logs,
        heading: 'When checks fail',
      },
      onThrottles: {
        happened: 'Tocsin is kept from checking: the account has no concurrency left for its runs.',
        look: 'See who uses it up under Lambda, Dashboard, Concurrent executions.',
        heading: 'When checks fail',
      },
    });
    // Arrivals, not depth: a letter stays for days, and an alarm that stays with it could not ring for the next one.
    ring(this, 'LostRuns', {
      metric: this.deadLetters.metricNumberOfMessagesSent({ period: Duration.minutes(5), statistic: Stats.SUM }),
      threshold: 3,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      topic,
      plight: {
        happened: 'Tocsin lost runs: three or more within five minutes were given up.',
        look: `Read why in the messages of the queue ${this.deadLetters.queueName}.`,
        heading: 'When runs are lost',
      },
    });
    const silent = ring(this, 'Silent', {
      metric: this.function.lambda.metricInvocations({ period: Duration.minutes(1), statistic: Stats.SUM }),
      threshold: 1,
      evaluationPeriods: 5,
      datapointsToAlarm: 5,
      onAbsence: true,
      topic,
      plight: {
        happened:
          'Tocsin is blind: nothing has been checked for five minutes, so no page about your services can come.',
        look: 'See whether the schedules are enabled under EventBridge, Schedules, and may invoke the check function.',
        heading: 'When Tocsin is silent',
      },
    });
    // The one alarm whose end is told: until then nobody knows how anything is.
    silent.addOkAction(new SnsAction(topic));
  }
}
