import type { Monitor } from '../core/config/model.ts';
import { verdict } from '../core/verdict.ts';
import { probe } from '../functions/adapters/probe/index.ts';
import { type Probed, probeAll } from '../functions/probe-all.ts';
import { checkTable, toJson } from './check-report.ts';
import { secretsFromEnvironment } from './environment-secrets.ts';
import { formatFileProblem, loadConfigFile } from './load-config.ts';
import { complain, EXIT, type ExitCode, print, readArguments } from './terminal.ts';

const HELP = `Usage: npm run check -- [FILE] [--grep TEXT] [--json]

Probes every monitor once from this machine and shows what it saw: the verdict, how long each phase took in
milliseconds, and the reason where it is not up. Nothing is stored and nobody is paged.

  FILE          the configuration (default: monitors.yaml)
  --grep TEXT   only monitors with this text in their id, name, service, group or tags
  --json        the results as JSON on stdout
  --help        this text

A reference \${ssm:/shop/token} reads the environment variable SSM_SHOP_TOKEN here, \${secret:shop/db} SECRET_SHOP_DB.

Exit status: 0 all are up or degraded, 1 one is down or could not be looked at, 2 bad options or configuration.`;

/** Nobody waits longer for a look from a terminal, whatever timeouts and retries add up to. */
const LONGEST_MS = 300_000;

process.exitCode = await check(process.argv.slice(2));

async function check(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments({
    args: [...args],
    allowPositionals: true,
    options: { grep: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if ('problem' in read) return misused(read.problem);
  if (read.values.help) {
    print(HELP);
    return EXIT.fine;
  }
  if (read.positionals.length > 1) return misused('One file at a time');
  const loaded = loadConfigFile(read.positionals[0] ?? 'monitors.yaml');
  if (!loaded.ok) {
    for (const problem of loaded.problems) complain(formatFileProblem(problem));
    return EXIT.badInput;
  }
  const all = loaded.config.services.flatMap(service => service.monitors);
  const monitors = all.filter(monitor => matches(monitor, read.values.grep));
  if (monitors.length === 0)
    return misused(`No monitor has "${read.values.grep}" in its id, name, service, group or tags`);
  return report(await probeOnce(monitors), read.values.json ?? false);
}

function misused(problem: string): ExitCode {
  complain(`${problem}\nTry --help.`);
  return EXIT.badInput;
}

function matches(monitor: Monitor, text: string | undefined): boolean {
  if (text === undefined) return true;
  const places = [monitor.id, monitor.name, monitor.service, monitor.group ?? '', ...monitor.tags];
  return places.some(place => place.toLowerCase().includes(text.toLowerCase()));
}

async function probeOnce(monitors: readonly Monitor[]): Promise<readonly Probed[]> {
  if (process.stderr.isTTY) complain(`Probing ${monitors.length} monitors…`);
  const ports = { probe, verdict, secrets: secretsFromEnvironment(process.env), clock: Date.now };
  return probeAll(monitors, ports, { deadlineAt: Date.now() + LONGEST_MS });
}

function report(results: readonly Probed[], asJson: boolean): ExitCode {
  print(asJson ? JSON.stringify(toJson(results), undefined, 2) : checkTable(results));
  const bad = results.filter(result => result.verdict.verdict === 'down' || result.verdict.verdict === 'unknown');
  return bad.length > 0 ? EXIT.failed : EXIT.fine;
}
