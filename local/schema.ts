import { writeFileSync } from 'node:fs';
import { monitorsJsonSchema } from '../core/config/schema.ts';
import { complain, EXIT, type ExitCode, print, readArguments } from './terminal.ts';

const HELP = `Usage: npm run schema

Writes monitors.schema.json, with which editors check and complete monitors.yaml.

Exit status: 0 it is written, 2 bad options.`;

process.exitCode = writeSchema(process.argv.slice(2));

function writeSchema(args: readonly string[]): ExitCode {
  const read = readArguments({ args: [...args], options: { help: { type: 'boolean', short: 'h' } } as const });
  if ('problem' in read) {
    complain(`${read.problem}\nTry --help.`);
    return EXIT.badInput;
  }
  if (read.values.help) {
    print(HELP);
    return EXIT.fine;
  }
  const file = new URL('../monitors.schema.json', import.meta.url);
  writeFileSync(file, `${JSON.stringify(monitorsJsonSchema(), undefined, 2)}\n`);
  print('monitors.schema.json is written');
  return EXIT.fine;
}
