import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface CheckScheduleProps {
  readonly target: IFunction;
  /** How many shards there are; each is woken on its own. */
  readonly shards: number;
  /** Takes the invocations that were given up. */
  readonly deadLetters: IQueue;
}

/** Wakes the check function every minute, once a shard, and tells it which minute it is for. */
export class CheckSchedule extends Construct {
  constructor(scope: Construct, id: string, props: CheckScheduleProps) {
    super(scope, id);
    const { account } = Stack.of(this);
    const defaultGroupArn = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: 'default',
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': defaultGroupArn },
        },
      }),
    });
    for (let shard = 0; shard < props.shards; shard++) {
      const schedule = new Schedule(this, `Shard${shard}`, {
        description: `Tocsin: one run of shard ${shard} a minute`,
        // A rate would count from the second of deployment; cron falls on the minute, as slots do.
        schedule: ScheduleExpression.cron({ minute: '*' }),
        timeWindow: TimeWindow.off(),
        target: new LambdaInvoke(props.target, {
          input: ScheduleTargetInput.fromObject({ shard, slot: ContextAttribute.scheduledTime }),
          maxEventAge: Duration.seconds(60),
          retryAttempts: 2,
          deadLetterQueue: props.deadLetters,
          // CDK would grant every version of the function as well; only the one that is deployed is ever invoked.
          role: role.withoutPolicyUpdates(),
        }),
      });
      // The role with its permissions, or the first minutes would be lost.
      schedule.node.addDependency(role);
    }
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [props.target.functionArn] }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [props.deadLetters.queueArn] }));
  }
}
