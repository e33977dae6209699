import type { Config } from '../core/config/model.ts';
import { DEMO_PORT, FAULTS } from './demo.ts';
import { type Laptop, startLaptop } from './laptop.ts';
import { PortTakenError } from './listen.ts';
import { formatFileProblem, loadConfigFile } from './load-config.ts';
import { complain, EXIT, type ExitCode, print, readArguments, styled } from './terminal.ts';

const HELP = `Usage: npm start -- [--config FILE] [--port N] [--data DIR] [--every SECONDS] [--no-demo | --demo-port N]

Runs all of Tocsin on this machine, without AWS: an embedded DynamoDB, a stub of SNS that keeps what would have been
sent, the API, the status page, and a demo of four small services whose faults can be switched. Ctrl-C ends it.

  --config FILE     what to watch (default: monitors.yaml, which watches the demo)
  --port N          where to serve, on 127.0.0.1 only; 0 picks a free port (default: 7800)
  --data DIR        keep the table and the outbox there, and go on from them (default: in memory)
  --every SECONDS   the minute of the schedule lasts this long: a run every N seconds instead of 60, and intervals
                    shrink with it; 0.5 to 3600 (default: 60)
  --no-demo         without the demo services
  --demo-port N     the first of the four ports of the demo; the configuration must name them (default: ${DEMO_PORT})
  --help            this text

A reference \${ssm:/shop/token} reads the environment variable SSM_SHOP_TOKEN here, \${secret:shop/db} SECRET_SHOP_DB.

Exit status: 0 ended by Ctrl-C, 1 it could not start, 2 bad options or configuration.`;

const DEFAULT_PORT = 7800;

interface StartOptions {
  readonly config: string;
  readonly port: number;
  readonly data?: string;
  readonly every: number;
  readonly demoPort?: number;
}

process.exitCode = await start(process.argv.slice(2));

async function start(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args);
  if (options === 'help') {
    print(HELP);
    return EXIT.fine;
  }
  if ('problem' in options) {
    complain(`${options.problem}\nTry --help.`);
    return EXIT.badInput;
  }
  const loaded = loadConfigFile(options.config);
  if (!loaded.ok) {
    for (const problem of loaded.problems) complain(formatFileProblem(problem));
    return EXIT.badInput;
  }
  return run(options, loaded.config);
}

async function run(options: StartOptions, config: Config): Promise<ExitCode> {
  // The embedded engine throws where nobody can catch, for instance when its files are damaged.
  process.once('uncaughtException', error => {
    complain(whyNot(error, options));
    process.exit(EXIT.failed);
  });
  let laptop: Laptop;
  try {
    laptop = await startLaptop({
      config,
      port: options.port,
      everySeconds: options.every,
      ...(options.demoPort !== undefined && { demoPort: options.demoPort }),
      say: line => complain(`${styled('dim', new Date().toISOString().slice(11, 19), process.stderr)} ${line}`),
      ...(options.data !== undefined && { dataDirectory: options.data }),
    });
  } catch (error) {
    complain(whyNot(error, options));
    return EXIT.failed;
  }
  print(welcome(laptop, options, config));
  await interrupted();
  complain('Ending; Ctrl-C again ends at once.');
  process.once('SIGINT', () => process.exit(EXIT.failed));
  await laptop.close();
  return EXIT.fine;
}

function readOptions(args: readonly string[]): StartOptions | 'help' | { readonly problem: string } {
  const read = readArguments({
    args: [...args],
    allowNegative: true,
    options: {
      config: { type: 'string', default: 'monitors.yaml' },
      port: { type: 'string', default: String(DEFAULT_PORT) },
      data: { type: 'string' },
      every: { type: 'string', default: '60' },
      demo: { type: 'boolean', default: true },
      'demo-port': { type: 'string', default: String(DEMO_PORT) },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if ('problem' in read) return read;
  const { config, port, data, every, demo, 'demo-port': demoPort, help } = read.values;
  if (help) return 'help';
  for (const [option, given] of [['--port', port] as const, ['--demo-port', demoPort] as const]) {
    if (!isPort(given)) return { problem: `${option} must be from 0 to 65535, got "${given}"` };
  }
  const seconds = /^\d+(\.\d+)?$/.test(every) ? Number(every) : 0;
  if (seconds < 0.5 || seconds > 3600) return { problem: `--every must be from 0.5 to 3600 seconds, got "${every}"` };
  return {
    config,
    port: Number(port),
    every: seconds,
    ...(demo && { demoPort: Number(demoPort) }),
    ...(data !== undefined && { data }),
  };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

function welcome({ url, demo }: Laptop, { every, data }: StartOptions, config: Config): string {
  const monitors = config.services.flatMap(service => service.monitors).length;
  const faults = FAULTS.join(', ');
  return [
    styled('bold', 'Tocsin is running on this machine. Ctrl-C ends it.'),
    '',
    `  Status page  ${url}/`,
    `  API          ${url}/api/v1/status`,
    `  Outbox       ${url}/_local/outbox`,
    '',
    `Watching ${monitors} monitors of ${config.services.length} services, a run every ${every} s.`,
    data === undefined ? 'Kept in memory only; --data DIR keeps it.' : `Kept in ${data}.`,
    ...(demo === undefined
      ? []
      : [
          '',
          `Break a demo service (${demo
            .list()
            .map(({ name }) => name)
            .join(', ')}) with a fault (${faults}) and watch the outbox:`,
          `  curl -X POST ${url}/_local/demo/checkout/down`,
        ]),
  ].join('\n');
}

/** Resolves on Ctrl-C, on SIGTERM, and when the terminal goes. */
function interrupted(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

/** Why it did not start or ended, and what to do, without a stack trace. */
function whyNot(error: unknown, { data }: StartOptions): string {
  if (error instanceof PortTakenError) {
    return `${error.message}. Is Tocsin running already? --port N serves elsewhere, --no-demo leaves out the demo.`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return data === undefined ? `It cannot go on: ${reason}` : `It cannot go on with --data ${data}: ${reason}`;
}
