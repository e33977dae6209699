import { readFileSync } from 'node:fs';
import type { Stack } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { golden } from './golden.ts';
import { configOf, httpMonitor } from './monitors.ts';
import { type Resource, type Synthesized, synthesize } from './synthesize.ts';

const SLOW_MACHINE_MS = 60_000;
const SHARDS = 3;
const PARAMETER = `\${ssm:/shop/health-token}`;
const SECRET = `\${secret:shop/login}`;
const REFERRING = configOf([httpMonitor({ headers: { authorization: PARAMETER }, body: SECRET })], SHARDS);

/** As it is deployed when nothing is said, as a team deploys it, and as it is thrown away after a look. */
let plain: Synthesized;
let team: Synthesized;
let throwAway: Synthesized;

beforeAll(() => {
  plain = synthesize(configOf([httpMonitor()]));
  team = synthesize(REFERRING, { alertEmail: ['ops@example.org'], alertSms: ['+4915112345678'] });
  throwAway = synthesize(configOf([httpMonitor()]), { retain: false, publicStatus: true, reservedConcurrency: 2 });
}, SLOW_MACHINE_MS);

describe('the template', () => {
  it('is the reviewed one', async () => {
    await expect(golden(team.resources)).toMatchFileSnapshot('tocsin.golden.txt');
  });

  it('holds exactly these resources', () => {
    expect(countByType(plain)).toEqual({
      'AWS::ApiGatewayV2::Api': 1,
      'AWS::ApiGatewayV2::Integration': 1,
      'AWS::ApiGatewayV2::Route': 10,
      'AWS::ApiGatewayV2::Stage': 1,
      'AWS::CloudWatch::Alarm': 6,
      'AWS::DynamoDB::GlobalTable': 1,
      'AWS::IAM::Policy': 3,
      'AWS::IAM::Role': 3,
      'AWS::KMS::Key': 1,
      'AWS::Lambda::EventInvokeConfig': 1,
      'AWS::Lambda::Function': 2,
      'AWS::Lambda::Permission': 10,
      'AWS::Logs::LogGroup': 3,
      'AWS::SecretsManager::Secret': 1,
      'AWS::SNS::Topic': 1,
      'AWS::SNS::TopicPolicy': 1,
      'AWS::SQS::Queue': 1,
      'AWS::SQS::QueuePolicy': 1,
      'AWS::Scheduler::Schedule': 1,
    });
  });

  it('adds for subscribers only themselves, a queue for what cannot be delivered and its alarm', () => {
    const added = { ...countByType(team) };
    for (const [type, count] of Object.entries(countByType(plain))) added[type] = (added[type] ?? 0) - count;
    expect(Object.entries(added).filter(([, count]) => count !== 0)).toEqual(
      expect.arrayContaining([
        ['AWS::SNS::Subscription', 2],
        ['AWS::SQS::Queue', 1],
        ['AWS::SQS::QueuePolicy', 1],
        ['AWS::CloudWatch::Alarm', 1],
        ['AWS::Scheduler::Schedule', SHARDS - 1],
      ]),
    );
  });

  it('gives no resource a fixed name, so that two can live in one account', () => {
    const naming = /^(?:Table|Topic|Queue|Function|LogGroup|Role|Alarm|Schedule)?Name$/;
    for (const { Type, Properties } of Object.values(team.resources)) {
      // The name of an API is a label: the id is what tells two apart.
      const names = Object.keys(Properties).filter(key => naming.test(key) && Type !== 'AWS::ApiGatewayV2::Api');
      const literal = names.filter(key => typeof Properties[key] === 'string');
      expect(literal, Type).toEqual([]);
    }
  });

  it('tells where the status page, the API, the topic and the table are', () => {
    expect(Object.keys(plain.outputs).sort()).toEqual(['ApiUrl', 'StatusUrl', 'TableName', 'TopicArn']);
  });
});

describe('the rules', () => {
  it.each<[string, (stack: Stack) => void]>([
    ['of AWS Solutions', stack => new Topic(stack, 'OverPlainHttp')],
    ['of serverless', stack => new LogGroup(stack, 'KeptForever', { retention: RetentionDays.INFINITE })],
  ])('%s stop the synthesis when one is broken', (_name, extend) => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(() => synthesize(configOf([httpMonitor()]), {}, extend)).toThrow();
    printed.mockRestore();
  });
});

describe('permissions', () => {
  it('no policy allows a wildcard action', () => {
    for (const { statement, where } of allowed(team)) {
      // The account itself administers its key, or nobody could; AWS writes this statement into every key's policy.
      if (where === 'AWS::KMS::Key' && JSON.stringify(statement.Principal).includes(':root')) continue;
      expect(listed(statement.Action).join(' '), where).not.toContain('*');
    }
  });

  it('no policy allows a wildcard resource', () => {
    for (const { statement, where } of allowed(team)) {
      // In the policy of a key, * is the key.
      if (where === 'AWS::KMS::Key') continue;
      expect(JSON.stringify(statement.Resource), where).not.toContain('*');
    }
  });

  it('no role carries a managed policy', () => {
    for (const role of team.ofType('AWS::IAM::Role')) expect(role.Properties.ManagedPolicyArns).toBeUndefined();
  });

  it('the api function reads the table and the key of the links, and writes only what people command', () => {
    const grants = grantsOf(team, 'StatusApi');
    expect(grants.flatMap(statement => listed(statement.Action)).sort()).toEqual([
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
    ]);
    const writing = grants.find(statement => listed(statement.Action).includes('dynamodb:PutItem'));
    expect(writing?.Condition).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['STATE#*', 'SILENCE'] },
    });
  });

  it('the check function writes single items, publishes, and gives up what failed', () => {
    const actions = grantsOf(plain, 'CheckFunction').flatMap(statement => listed(statement.Action));
    expect(actions.sort()).toEqual([
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'sns:Publish',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:SendMessage',
    ]);
  });

  it('only referenced parameters and secrets may be read', () => {
    const readable = grantsOf(team, 'CheckFunction')
      .filter(statement => /ssm|secret/.test(String(statement.Action)))
      .filter(statement => !JSON.stringify(statement.Resource).includes('LinkKey'));
    expect(readable.map(({ Action, Resource }) => [Action, arnEnd(Resource)])).toEqual([
      ['ssm:GetParameter', ':parameter/shop/health-token'],
      ['secretsmanager:GetSecretValue', ':secret:shop/login-??????'],
    ]);
  });

  it('the scheduler may invoke the check function and leave a dead letter, for this account only', () => {
    const actions = grantsOf(team, 'CheckSchedule').flatMap(statement => listed(statement.Action));
    expect(actions.sort()).toEqual(['lambda:InvokeFunction', 'sqs:SendMessage']);
    const role = team.ofType('AWS::IAM::Role').find(({ Properties }) => trusts(Properties, 'scheduler.amazonaws.com'));
    expect(Object.keys(role?.Properties.AssumeRolePolicyDocument.Statement[0].Condition.StringEquals)).toEqual([
      'aws:SourceAccount',
      'aws:SourceArn',
    ]);
  });

  it('access is IAM unless publicStatus', () => {
    const authorization = (from: Synthesized) =>
      from
        .ofType('AWS::ApiGatewayV2::Route')
        .map(({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType]);
    const reading = ['GET /', 'HEAD /', 'GET /{proxy+}', 'HEAD /{proxy+}'];
    const commanding = ['GET /api/v1/silences', 'POST /api/{proxy+}', 'DELETE /api/{proxy+}'].map(route => [
      route,
      'AWS_IAM',
    ]);
    // These carry a signature of their own.
    const signed = ['GET /a/{token}', 'POST /a/{token}', 'POST /hooks/pagerduty/{channel}'].map(route => [
      route,
      'NONE',
    ]);
    expect(authorization(plain)).toEqual([...reading.map(route => [route, 'AWS_IAM']), ...commanding, ...signed]);
    expect(authorization(throwAway)).toEqual([...reading.map(route => [route, 'NONE']), ...commanding, ...signed]);
  });
});

describe('the schedule', () => {
  it('is one a shard', () => {
    const inputs = team.ofType('AWS::Scheduler::Schedule').map(({ Properties }) => JSON.parse(Properties.Target.Input));
    expect(inputs.map(({ shard }) => shard)).toEqual([0, 1, 2]);
  });

  it('carries its scheduled time as the slot, window off, age 60 s, at most 2 retries, a DLQ', () => {
    expect.hasAssertions();
    for (const { Properties } of team.ofType('AWS::Scheduler::Schedule')) {
      expect(JSON.parse(Properties.Target.Input).slot).toBe('<aws.scheduler.scheduled-time>');
      expect(Properties.ScheduleExpression).toBe('cron(* * * * ? *)');
      expect(Properties.FlexibleTimeWindow).toEqual({ Mode: 'OFF' });
      expect(Properties.Target.RetryPolicy.MaximumEventAgeInSeconds).toBe(60);
      expect(Properties.Target.RetryPolicy.MaximumRetryAttempts).toBeLessThanOrEqual(2);
      expect(Properties.Target.DeadLetterConfig.Arn).toBeDefined();
    }
  });

  it('ends in a function that gives up after a minute, too, and keeps what failed', () => {
    const [config] = team.ofType('AWS::Lambda::EventInvokeConfig');
    expect(config?.Properties).toMatchObject({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 });
    expect(config?.Properties.DestinationConfig.OnFailure.Destination).toBeDefined();
  });
});

describe('what is stored and sent', () => {
  it('the topic refuses plain http', () => {
    const statements = team.ofType('AWS::SNS::TopicPolicy')[0]?.Properties.PolicyDocument.Statement;
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  it('the topic is encrypted with a key of our own, which turns and which alarms may use', () => {
    const [key] = team.ofType('AWS::KMS::Key');
    expect(key?.Properties.EnableKeyRotation).toBe(true);
    expect(key?.Properties.KeyPolicy.Statement).toContainEqual(
      expect.objectContaining({
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      }),
    );
    expect(team.ofType('AWS::SNS::Topic')[0]?.Properties.KmsMasterKeyId).toBeDefined();
  });

  it('every subscriber has a queue for what did not reach him', () => {
    const subscriptions = team.ofType('AWS::SNS::Subscription').map(({ Properties }) => Properties);
    expect(subscriptions.map(({ Protocol, Endpoint }) => [Protocol, Endpoint])).toEqual([
      ['email', 'ops@example.org'],
      ['sms', '+4915112345678'],
    ]);
    for (const { RedrivePolicy } of subscriptions) expect(RedrivePolicy.deadLetterTargetArn).toBeDefined();
  });

  it('the table is paid by use, restorable, encrypted, guarded, and forgets what expired', () => {
    const [table] = team.ofType('AWS::DynamoDB::GlobalTable');
    expect(table?.DeletionPolicy).toBe('Retain');
    expect(table?.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      Replicas: [
        {
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      ],
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  it('every log group has a retention', () => {
    expect.hasAssertions();
    for (const group of team.ofType('AWS::Logs::LogGroup')) expect(group.Properties.RetentionInDays).toBeGreaterThan(0);
  });

  it('every queue is encrypted and refuses plain http', () => {
    for (const queue of team.ofType('AWS::SQS::Queue')) expect(queue.Properties.SqsManagedSseEnabled).toBe(true);
    expect(team.ofType('AWS::SQS::QueuePolicy')).toHaveLength(team.ofType('AWS::SQS::Queue').length);
  });

  it('no secret-looking value is in any environment, nor what the configuration watches', () => {
    expect.hasAssertions();
    for (const { Properties } of team.ofType('AWS::Lambda::Function')) {
      const { LINK_KEY_NAME: name, ...others } = Properties.Environment.Variables;
      expect(JSON.stringify(name)).toContain('LinkKeySecret');
      const environment = JSON.stringify(others);
      expect(environment).not.toMatch(/secret|password|token|ssm|credential|authorization|example\.org/i);
    }
  });

  it('retain=false leaves nothing behind', () => {
    const left = Object.values(throwAway.resources).filter(({ DeletionPolicy }) =>
      DeletionPolicy?.startsWith('Retain'),
    );
    expect(left).toEqual([]);
    const [table] = throwAway.ofType('AWS::DynamoDB::GlobalTable');
    expect(table?.Properties.Replicas[0].DeletionProtectionEnabled).not.toBe(true);
  });

  it('without it, the table and the logs stay, and nothing else', () => {
    const kept = Object.values(plain.resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
    expect(new Set(kept.map(({ Type }) => Type))).toEqual(
      new Set(['AWS::DynamoDB::GlobalTable', 'AWS::Logs::LogGroup']),
    );
  });
});

describe('the functions', () => {
  it('run on arm64 with Node 24, and log as JSON into a group of their own', () => {
    expect.hasAssertions();
    for (const { Properties } of team.ofType('AWS::Lambda::Function')) {
      expect(Properties).toMatchObject({
        Architectures: ['arm64'],
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        LoggingConfig: { LogFormat: 'JSON' },
      });
      expect(Properties.LoggingConfig.LogGroup).toBeDefined();
    }
  });

  it('a run has time for the longest timeout of a monitor, and for delivering after it', () => {
    const check = team
      .ofType('AWS::Lambda::Function')
      .find(({ Properties }) => 'TOPIC_ARN' in Properties.Environment.Variables);
    expect(check?.Properties.Timeout).toBeGreaterThanOrEqual(60 + 20);
  });

  it('set no concurrency aside unless asked to', () => {
    const reserved = (from: Synthesized) =>
      from.ofType('AWS::Lambda::Function').map(({ Properties }) => Properties.ReservedConcurrentExecutions);
    expect(reserved(plain)).toEqual([undefined, undefined]);
    expect(reserved(throwAway)).toEqual([undefined, 2]);
  });
});

describe('alarms', () => {
  it('every function has an alarm on errors and on throttles', () => {
    const functions = Object.keys(team.resources).filter(id => team.resources[id]?.Type === 'AWS::Lambda::Function');
    const watched = team
      .ofType('AWS::CloudWatch::Alarm')
      .map(({ Properties }) => [Properties.MetricName, Properties.Dimensions[0].Value.Ref]);
    for (const id of functions)
      expect(watched).toEqual(
        expect.arrayContaining([
          ['Errors', id],
          ['Throttles', id],
        ]),
      );
  });

  it('every queue of dead letters has an alarm', () => {
    const queues = Object.keys(team.resources).filter(id => team.resources[id]?.Type === 'AWS::SQS::Queue');
    const watched = team
      .ofType('AWS::CloudWatch::Alarm')
      .map(({ Properties }) => Properties.Dimensions[0].Value['Fn::GetAtt']?.[0])
      .filter(id => id !== undefined);
    expect(watched.sort()).toEqual(queues.sort());
  });

  it('silence rings, after five minutes, and its end is told', () => {
    const [silent] = team
      .ofType('AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => Properties.TreatMissingData === 'breaching');
    expect(silent?.Properties).toMatchObject({
      MetricName: 'Invocations',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: 60,
      EvaluationPeriods: 5,
    });
    expect(silent?.Properties.OKActions).toEqual(silent?.Properties.AlarmActions);
  });

  it('all ring the pager, and say what happened, where to look and under which heading to read on', () => {
    const topic = Object.keys(team.resources).find(id => team.resources[id]?.Type === 'AWS::SNS::Topic');
    for (const { Properties } of team.ofType('AWS::CloudWatch::Alarm')) {
      expect(Properties.AlarmActions).toEqual([{ Ref: topic }]);
      expect(text(Properties.AlarmDescription)).toMatch(/^[A-Z].+\. (?:Read|See) .+\. README: ".+"\.$/);
      expect(text(Properties.AlarmDescription).length).toBeLessThan(900);
    }
  });
});

describe('the README', () => {
  it('has the heading that an alarm sends its reader to', () => {
    const headings = new Set(
      readFileSync('README.md', 'utf8')
        .match(/^#+ .+$/gm)
        ?.map(line => line.replace(/^#+ /, '')),
    );
    for (const { Properties } of team.ofType('AWS::CloudWatch::Alarm')) {
      const [, heading] = /README: "(.+)"/.exec(text(Properties.AlarmDescription)) ?? [];
      expect(headings).toContain(heading);
    }
  });
});

describe('targets that Lambda cannot reach', () => {
  it('are warned of when the stack is synthesized', () => {
    // CDK prints the warning as well, which is right, but not in the output of a test.
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    const config = configOf([httpMonitor({ id: 'demo', target: 'http://127.0.0.1:9001/', allowPrivate: true })]);
    const [warning] = synthesize(config).warnings;
    printed.mockRestore();
    expect(warning).toContain(
      'monitors.yaml still watches this machine or its network, which Lambda cannot reach: demo (127.0.0.1)',
    );
  });

  it('are not warned of when there are none', () => {
    expect(plain.warnings).toEqual([]);
  });
});

interface Statement {
  readonly Condition?: unknown;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
}

function allowed(from: Synthesized): readonly { readonly statement: Statement; readonly where: string }[] {
  return Object.values(from.resources).flatMap(({ Type, Properties }) => {
    const statements: readonly Statement[] = (Properties.PolicyDocument ?? Properties.KeyPolicy)?.Statement ?? [];
    return statements.filter(({ Effect }) => Effect === 'Allow').map(statement => ({ statement, where: Type }));
  });
}

/** The statements of the policy that belongs to the role below that construct. */
function grantsOf(from: Synthesized, construct: string): readonly Statement[] {
  const id = Object.keys(from.resources).find(
    name => name.startsWith(construct) && from.resources[name]?.Type === 'AWS::IAM::Policy',
  );
  return from.resources[id ?? '']?.Properties.PolicyDocument.Statement ?? [];
}

function trusts(role: Resource['Properties'], service: string): boolean {
  return role.AssumeRolePolicyDocument.Statement[0].Principal.Service === service;
}

function listed(actions: string | readonly string[]): readonly string[] {
  return typeof actions === 'string' ? [actions] : actions;
}

/** The literal end of an ARN that is joined from the account's own parts. */
function arnEnd(arn: unknown): unknown {
  return Object(arn)['Fn::Join'][1].at(-1);
}

/** A description, with names that are known only once deployed replaced by a dot. */
function text(description: unknown): string {
  if (typeof description === 'string') return description;
  const parts: readonly unknown[] = Object(description)['Fn::Join'][1];
  return parts.map(part => (typeof part === 'string' ? part : '…')).join('');
}

function countByType({ resources }: Synthesized): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values(resources)) counts[Type] = (counts[Type] ?? 0) + 1;
  return counts;
}
