import { SNSClient } from '@aws-sdk/client-sns';
import type { DirectChannelConfig, Paging } from '../core/config/paging.ts';
import { oneLine } from '../core/message/plain-text.ts';
import { directChannels } from '../core/policy.ts';
import { createChannels } from '../functions/adapters/channels/index.ts';
import { sendChange } from '../functions/adapters/channels/pagerduty.ts';
import { createPost } from '../functions/adapters/channels/post.ts';
import { PATIENCE } from '../functions/adapters/patience.ts';
import type { Receipt } from '../functions/ports.ts';
import { secretsFromEnvironment } from './environment-secrets.ts';
import { formatFileProblem, loadConfigFile } from './load-config.ts';
import { complain, EXIT, type ExitCode, print, readArguments } from './terminal.ts';
import { testMessage } from './test-message.ts';

const HELP = `Usage: npm run notify -- CHANNEL --test [--config FILE] [--topic ARN] [--json]
       npm run notify -- CHANNEL --change TEXT [--config FILE] [--json]

Sends a test message to a channel of the configuration from this machine, and shows what the other side answered. A
channel that keeps incidents (pagerduty, alertmanager, webhook) is told of the end of the test at once.

  CHANNEL        the id of a channel; topic is the SNS topic
  --test         sends a test message
  --change TEXT  tells PagerDuty of a change, such as a deployment; nobody is paged by it
  --config FILE  the configuration (default: monitors.yaml)
  --topic ARN    the topic of sns channels; the region and credentials come from the environment, as the AWS CLI has them
  --json         the answers as JSON on stdout
  --help         this text

A reference \${ssm:/shop/token} reads the environment variable SSM_SHOP_TOKEN here, \${secret:shop/db} SECRET_SHOP_DB.
Addresses in private networks are connected to.

Exit status: 0 accepted, 1 refused or not reached, 2 bad options or configuration.`;

const OPTIONS = {
  test: { type: 'boolean' },
  change: { type: 'string' },
  config: { type: 'string' },
  topic: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What is to be said, and what became of it. */
interface Answer {
  readonly message: string;
  readonly receipt: Receipt;
}

process.exitCode = await notify(process.argv.slice(2));

async function notify(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments({ args: [...args], allowPositionals: true, options: OPTIONS });
  if ('problem' in read) return misused(read.problem);
  const { values, positionals } = read;
  if (values.help) {
    print(HELP);
    return EXIT.fine;
  }
  const [id, ...others] = positionals;
  if (id === undefined) return misused('Which channel?');
  if (others.length > 0) return misused('One channel at a time');
  if ((values.test === true) === (values.change !== undefined)) return misused('Either --test or --change TEXT');
  if (values.change?.trim() === '') return misused('What has changed?');
  const loaded = loadConfigFile(values.config ?? 'monitors.yaml');
  if (!loaded.ok) {
    for (const problem of loaded.problems) complain(formatFileProblem(problem));
    return EXIT.badInput;
  }
  const config = directChannels(loaded.config.paging).find(channel => channel.id === id);
  if (config === undefined) return misused(whyNot(id, loaded.config.paging));
  if (config.type === 'sns' && values.topic === undefined)
    return misused(`${id} is an SNS topic: say which by --topic ARN`);
  if (values.change !== undefined && config.type !== 'pagerduty') {
    return misused(`${id} is of type ${config.type}: only pagerduty takes changes`);
  }
  return report(config, await send(config, values), values.json ?? false);
}

function misused(problem: string): ExitCode {
  complain(`${problem}\nTry --help.`);
  return EXIT.badInput;
}

function whyNot(id: string, { channels }: Paging): string {
  if (channels.some(channel => channel.id === id)) return `${id} is whoever is on call: choose one of their channels`;
  return `There is no channel ${oneLine(id)}; there are ${channels.map(channel => channel.id).join(', ')}`;
}

async function send(
  config: DirectChannelConfig,
  options: { readonly change?: string | undefined; readonly topic?: string | undefined },
): Promise<readonly Answer[]> {
  const parts = {
    secrets: secretsFromEnvironment(process.env),
    post: createPost({ allowPrivate: true }),
    clock: Date.now,
    ...(options.topic !== undefined && { sns: { client: new SNSClient(PATIENCE), topicArn: options.topic } }),
  };
  if (config.type === 'pagerduty' && options.change !== undefined) {
    return [{ message: 'change', receipt: await sendChange(config, parts, options.change) }];
  }
  const channel = createChannels([config], parts).get(config.id);
  const answers: Answer[] = [];
  const nowAt = Date.now();
  // Where incidents are kept, none is left open.
  for (const message of channel?.groups === false ? (['opened', 'resolved'] as const) : (['opened'] as const)) {
    const receipt = await channel?.send(testMessage(nowAt, message));
    if (receipt !== undefined) answers.push({ message, receipt });
    if (receipt?.accepted !== true) break;
  }
  return answers;
}

function report({ id, type }: DirectChannelConfig, answers: readonly Answer[], asJson: boolean): ExitCode {
  const isFine = answers.every(({ receipt }) => receipt.accepted);
  if (asJson) {
    const told = answers.map(({ message, receipt }) => ({ message, ...receipt }));
    print(JSON.stringify({ channel: id, type, accepted: isFine, answers: told }, undefined, 2));
  } else {
    for (const { message, receipt } of answers) print(`${id} (${type}) ${message}: ${inWords(receipt)}`);
  }
  return isFine ? EXIT.fine : EXIT.failed;
}

function inWords(receipt: Receipt): string {
  if (receipt.accepted) return `accepted. ${receipt.text}`;
  if (receipt.permanent === true) return `refused for good. ${receipt.error}`;
  const wait = receipt.retryAfterMs === undefined ? '' : ` in ${Math.ceil(receipt.retryAfterMs / 1000)} s`;
  return `not accepted, would be tried again${wait}. ${receipt.error}`;
}
