import type { Config } from '../core/config/model.ts';
import { formatFileProblem, loadConfigFile } from './load-config.ts';
import { complain, EXIT, type ExitCode, print, readArguments, styled } from './terminal.ts';

const HELP = `Usage: npm run validate -- [FILE] [--json]

Checks a configuration file and names every problem at once, each with its place:
  monitors.yaml:12:5 monitors[2].interval must be at least 10s, got "5s"

  FILE     the file to check (default: monitors.yaml)
  --json   the outcome as JSON on stdout
  --help   this text

Exit status: 0 the file is valid, 2 it is not or cannot be read.`;

process.exitCode = validate(process.argv.slice(2));

function validate(args: readonly string[]): ExitCode {
  const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  const read = readArguments({ args: [...args], options, allowPositionals: true });
  if ('problem' in read) return misused(read.problem);
  if (read.values.help) {
    print(HELP);
    return EXIT.fine;
  }
  if (read.positionals.length > 1) return misused('One file at a time');
  return report(read.positionals[0] ?? 'monitors.yaml', read.values.json ?? false);
}

function misused(problem: string): ExitCode {
  complain(`${problem}\nTry --help.`);
  return EXIT.badInput;
}

function report(file: string, asJson: boolean): ExitCode {
  const loaded = loadConfigFile(file);
  if (asJson) {
    const outcome = loaded.ok ? { valid: true, ...counts(loaded.config) } : { valid: false, problems: loaded.problems };
    print(JSON.stringify({ file, ...outcome }, undefined, 2));
  } else if (loaded.ok) {
    print(`${styled('green', `${file} is valid`)}: ${summary(loaded.config)}`);
  } else {
    for (const problem of loaded.problems) complain(formatFileProblem(problem));
  }
  return loaded.ok ? EXIT.fine : EXIT.badInput;
}

function counts({ services, shards }: Config) {
  const monitors = services.reduce((sum, service) => sum + service.monitors.length, 0);
  return { monitors, services: services.length, shards };
}

function summary(config: Config): string {
  const { monitors, services, shards } = counts(config);
  return `${counted(monitors, 'monitor')} in ${counted(services, 'service')}, ${counted(shards, 'shard')}`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
