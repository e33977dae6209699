import { Duration, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Reference } from '../core/config/references.ts';
import { toApiEnv } from '../functions/settings.ts';
import { alarmOnFunction } from './alarms.ts';
import { BundledFunction } from './bundled-function.ts';
import type { LinkKey } from './link-key.ts';
import type { MonitorTable } from './monitor-table.ts';
import type { PagerTopic } from './pager-topic.ts';
import { grantReferences } from './references.ts';

export interface StatusApiProps {
  readonly codeDirectory: string;
  readonly table: MonitorTable;
  /** What rings when the API itself fails. */
  readonly pager: PagerTopic;
  /** The secrets of webhooks that are taken in. */
  readonly references: readonly Reference[];
  /** Signs the links in messages; here they are checked. */
  readonly linkKey: LinkKey;
  /** What becomes of the logs when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
  /**
   * Lets anyone read. Otherwise a request must be signed by an IAM identity that may `execute-api:Invoke`.
   * @default false
   */
  readonly public?: boolean;
}

/** Answers who asks: the status page at `/`, the JSON API below `/api/v1`; and takes the commands of people. */
export class StatusApi extends Construct {
  /** Without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: StatusApiProps) {
    super(scope, id);
    const answering = new BundledFunction(this, 'Function', {
      codeDirectory: props.codeDirectory,
      description: 'Tocsin: serves the status page and the JSON API',
      environment: toApiEnv({
        table: props.table.table.tableName,
        runEverySeconds: 60,
        linkKeySecret: props.linkKey.secretName,
      }),
      // A page is a query and some text; 0.29 of a core keeps a cold answer below a second.
      memoryMb: 512,
      timeout: Duration.seconds(10),
      removalPolicy: props.removalPolicy,
    });
    const notAsynchronous = 'API Gateway waits for the answer: there is no failed event that could be kept.';
    Validations.of(answering.lambda).acknowledge(
      { id: 'Serverless-LambdaDLQ', reason: notAsynchronous },
      { id: 'Serverless-LambdaAsyncFailureDestination', reason: notAsynchronous },
    );
    this.url = this.front(answering, props).apiEndpoint;
    alarmOnFunction(this, {
      target: answering,
      topic: props.pager.topic,
      onErrors: {
        happened:
          'The status page fails: in three of the last five minutes requests ended with an error. Checks and pages go on.',
        look: `Read the newest errors in the log group ${answering.logGroup.logGroupName}.`,
        heading: 'When the status page fails',
      },
      onThrottles: {
        happened:
          'The status page turns requests away: the account has no concurrency left for it. Checks may be hit next.',
        look: 'See who uses it up under Lambda, Dashboard, Concurrent executions.',
        heading: 'When the status page fails',
      },
    });
    props.table.grantCommand(answering.lambda);
    props.linkKey.grantRead(answering.lambda);
    grantReferences(answering.lambda, Stack.of(this), props.references);
  }

  private front(answering: BundledFunction, props: StatusApiProps): HttpApi {
    const api = new HttpApi(this, 'Api', {
      createDefaultStage: false,
      description: 'Tocsin: status page and JSON API',
    });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      // Enough for a team and its dashboards; whoever asks more often is told to wait, and cannot run up a bill.
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogSettings: { destination: new LogGroupLogDestination(this.accessLogs(props)), format: ACCESS_LOG },
    });
    const integration = new HttpLambdaIntegration('Answer', answering.lambda, { timeout: Duration.seconds(10) });
    // Only reading is ever opened to everyone: a route that commands keeps the signature, whatever this says.
    const authorizer = props.public ? new HttpNoneAuthorizer() : new HttpIamAuthorizer();
    for (const path of ['/', '/{proxy+}']) {
      const routes = api.addRoutes({ path, methods: [HttpMethod.GET, HttpMethod.HEAD], integration, authorizer });
      if (props.public) routes.forEach(acknowledgePublic);
    }
    // Who is silenced and why is for the team, whatever is public.
    const signed = new HttpIamAuthorizer();
    api.addRoutes({ path: '/api/v1/silences', methods: [HttpMethod.GET], integration, authorizer: signed });
    const commands = [HttpMethod.POST, HttpMethod.DELETE];
    api.addRoutes({ path: '/api/{proxy+}', methods: commands, integration, authorizer: signed });
    // The signature is in the link itself: whoever got the message may acknowledge, from a phone, without signing in.
    const open = new HttpNoneAuthorizer();
    const links = api.addRoutes({
      path: '/a/{token}',
      methods: [HttpMethod.GET, HttpMethod.POST],
      integration,
      authorizer: open,
    });
    const hooks = api.addRoutes({
      path: '/hooks/pagerduty/{channel}',
      methods: [HttpMethod.POST],
      integration,
      authorizer: open,
    });
    for (const route of [...links, ...hooks]) acknowledgeSigned(route);
    return api;
  }

  private accessLogs(props: StatusApiProps): LogGroup {
    return new LogGroup(this, 'AccessLogs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: props.removalPolicy,
    });
  }
}

/** One line a request; what an auditor asks for, and no more: the path of a signed link would be as good as the link. */
const ACCESS_LOG = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    requestedAt: '$context.requestTime',
    sourceIp: '$context.identity.sourceIp',
    caller: '$context.identity.userArn',
    route: '$context.routeKey',
    status: '$context.status',
    responseBytes: '$context.responseLength',
    latencyMs: '$context.responseLatency',
    error: '$context.integrationErrorMessage',
  }),
);

function acknowledgeSigned(route: HttpRoute): void {
  Validations.of(route).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason:
      'The function checks a signature of its own: of the link in a message, or of the webhook; the route is throttled.',
  });
}

function acknowledgePublic(route: HttpRoute): void {
  Validations.of(route).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason:
      'The operator asked for a public status page with -c publicStatus=true; the route only reads, and is throttled.',
  });
}
