import { Annotations, type App, CfnOutput, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { Construct } from 'constructs';
import { toCatalog } from '../core/catalog.ts';
import { membersOf } from '../core/config/members.ts';
import type { Config } from '../core/config/model.ts';
import { referencesIn, referencesOf } from '../core/config/references.ts';
import type { FunctionName } from './bundle.ts';
import { CheckFunction } from './check-function.ts';
import { CheckSchedule } from './check-schedule.ts';
import type { DeployOptions } from './deploy-options.ts';
import { LinkKey } from './link-key.ts';
import { MonitorTable } from './monitor-table.ts';
import { PagerTopic } from './pager-topic.ts';
import { StatusApi } from './status-api.ts';
import { unreachableTargets } from './unreachable-targets.ts';

export interface TocsinStackProps extends StackProps {
  readonly config: Config;
  readonly options: DeployOptions;
  /** The directory of each function's built code. */
  readonly code: Readonly<Record<FunctionName, string>>;
}

/** The whole app: the stack, and the rules that it must pass on every synth. */
export function assembleTocsin(app: App, props: TocsinStackProps): TocsinStack {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return new TocsinStack(app, 'Tocsin', props);
}

/** Tocsin in one account and Region. Composes, and decides nothing. */
export class TocsinStack extends Stack {
  constructor(scope: Construct, id: string, props: TocsinStackProps) {
    super(scope, id, props);
    const { config, options, code } = props;
    const removalPolicy = options.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    const table = new MonitorTable(this, 'MonitorTable', { retain: options.retain });
    const linkKey = new LinkKey(this, 'LinkKey');
    const pager = new PagerTopic(this, 'PagerTopic', {
      emails: options.alertEmail,
      phones: options.alertSms,
      members: membersOf(config.paging),
      retain: options.retain,
    });
    const status = new StatusApi(this, 'StatusApi', {
      codeDirectory: code.api,
      table,
      pager,
      linkKey,
      references: toCatalog(config).hooks.flatMap(({ secret }) => referencesIn(secret)),
      removalPolicy,
      public: options.publicStatus,
    });
    const check = new CheckFunction(this, 'Check', {
      codeDirectory: code.check,
      table,
      pager,
      linkKey,
      statusUrl: status.url,
      references: [
        ...config.services.flatMap(({ monitors }) => monitors.flatMap(referencesOf)),
        ...config.paging.channels.flatMap(channel => referencesIn(JSON.stringify(channel))),
      ],
      removalPolicy,
      ...(options.reservedConcurrency !== undefined && { reservedConcurrency: options.reservedConcurrency }),
    });
    new CheckSchedule(this, 'CheckSchedule', {
      target: check.function.lambda,
      shards: config.shards,
      deadLetters: check.deadLetters,
    });

    new CfnOutput(this, 'StatusUrl', { value: `${status.url}/`, description: 'The status page' });
    new CfnOutput(this, 'ApiUrl', { value: `${status.url}/api/v1`, description: 'The JSON API' });
    new CfnOutput(this, 'TopicArn', { value: pager.topic.topicArn, description: 'Subscribe here to be paged' });
    new CfnOutput(this, 'TableName', { value: table.table.tableName, description: 'The one table' });
    this.warnOfUnreachable(props);
  }

  private warnOfUnreachable({ config, options }: TocsinStackProps): void {
    const local = unreachableTargets(config);
    if (local.length === 0) return;
    Annotations.of(this).addWarningV2(
      'tocsin:unreachable-targets',
      `${options.configFile} still watches this machine or its network, which Lambda cannot reach: ${local
        .map(({ monitorId, host }) => `${monitorId} (${host})`)
        .join(', ')}`,
    );
  }
}
