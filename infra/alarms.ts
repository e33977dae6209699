import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { BundledFunction } from './bundled-function.ts';

/** What a person reads at night: what happened and where to look. The README has a heading for each. */
export interface Plight {
  /** What no longer works, as a whole sentence. */
  readonly happened: string;
  /** The first thing to do, as a whole sentence. */
  readonly look: string;
  /** The heading in README.md that says more. */
  readonly heading: string;
}

export interface FunctionAlarmsProps {
  readonly target: BundledFunction;
  /** The topic that rings. */
  readonly topic: ITopic;
  readonly onErrors: Plight;
  readonly onThrottles: Plight;
}

/**
 * Every function has these two. Three bad minutes of five ring, because a single one heals itself: the next minute's run
 * delivers what the last one owed.
 */
export function alarmOnFunction(scope: Construct, props: FunctionAlarmsProps): void {
  const everyMinute = { period: Duration.minutes(1), statistic: Stats.SUM };
  const threeOfFive = { threshold: 1, evaluationPeriods: 5, datapointsToAlarm: 3, topic: props.topic };
  const { lambda } = props.target;
  ring(scope, 'Errors', { ...threeOfFive, metric: lambda.metricErrors(everyMinute), plight: props.onErrors });
  ring(scope, 'Throttles', { ...threeOfFive, metric: lambda.metricThrottles(everyMinute), plight: props.onThrottles });
}

export interface RingProps {
  readonly metric: IMetric;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly topic: ITopic;
  readonly plight: Plight;
  /**
   * Rings when the metric falls below the threshold or is not there, instead of when it reaches it.
   * @default false
   */
  readonly onAbsence?: boolean;
}

/**
 * An alarm that rings the pager. It keeps quiet when all is well again: CloudWatch would also say so of every alarm that
 * has just been created, in SMS that count against a monthly limit.
 */
export function ring(scope: Construct, id: string, props: RingProps): Alarm {
  const { metric, threshold, evaluationPeriods, datapointsToAlarm, plight } = props;
  const alarm = new Alarm(scope, `${id}Alarm`, {
    metric,
    threshold,
    evaluationPeriods,
    datapointsToAlarm,
    comparisonOperator: props.onAbsence
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: props.onAbsence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    alarmDescription: `${plight.happened} ${plight.look} README: "${plight.heading}".`,
  });
  alarm.addAlarmAction(new SnsAction(props.topic));
  return alarm;
}
