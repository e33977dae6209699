import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Config } from '../core/config/model.ts';
import { directChannels } from '../core/policy.ts';
import { slotOf } from '../core/slot.ts';
import { verdict } from '../core/verdict.ts';
import { linkKey, links } from './ack-link.ts';
import { createChannels } from './adapters/channels/index.ts';
import { dynamoStore } from './adapters/dynamo-store.ts';
import { PATIENCE } from './adapters/patience.ts';
import { probe } from './adapters/probe/index.ts';
import { secretSource } from './adapters/secrets.ts';
import { readData } from './data-file.ts';
import { logAt } from './log.ts';
import { pause } from './pause.ts';
import { probeAll } from './probe-all.ts';
import { type RunReport, runChecks } from './run-checks.ts';
import { fromCheckEnv } from './settings.ts';

/** What the scheduler sends: which shard, and the slot the run is for. */
export interface CheckEvent {
  readonly shard: number;
  readonly slot: string;
}

/** The part of Lambda's context that a run needs. */
export interface CheckContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Left for storing and delivering when probing must end. */
const AFTER_PROBES_MS = 20_000;

const settings = fromCheckEnv();
const config = readData<Config>(settings.configFile);
const store = dynamoStore(new DynamoDBClient(PATIENCE), settings.table);
const secrets = secretSource();
const sns = { client: new SNSClient(PATIENCE), topicArn: settings.topicArn };
const channels = createChannels(directChannels(config.paging), { sns, secrets });
const log = logAt(settings.logLevel);

export async function handler(event: CheckEvent, context: CheckContext): Promise<RunReport> {
  const endsAt = Date.now() + context.getRemainingTimeInMillis();
  const deadlineAt = endsAt - AFTER_PROBES_MS;
  const addresses = async () => links(settings.statusUrl, await linkKey(secrets, settings.linkKeySecret));
  const ports = { store, channels, clock: Date.now, pause, links: addresses };
  const report = await runChecks(
    { ...ports, probe: monitors => probeAll(monitors, { probe, verdict, secrets, clock: Date.now }, { deadlineAt }) },
    config,
    {
      shard: event.shard,
      slotAt: slotOf(event.slot),
      runEverySeconds: settings.runEverySeconds,
      runner: context.awsRequestId,
      endsAt,
    },
  );
  if (report.decisions.length > 0 || report.deliveries.length > 0) log('info', 'run', { ...event, ...report });
  return report;
}
