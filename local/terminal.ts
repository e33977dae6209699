import { type ParseArgsConfig, parseArgs, styleText } from 'node:util';

/** What the commands end with. */
export const EXIT = { fine: 0, failed: 1, badInput: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Results go to stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Diagnostics go to stderr. */
export function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

type Style = Parameters<typeof styleText>[0];

/** The text in a colour when the stream is a terminal that wants colours; NO_COLOR and FORCE_COLOR are honoured. */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream });
}

/** The options of a command, or what is wrong with them in one line. */
export function readArguments<const Options extends ParseArgsConfig>(
  options: Options,
): ReturnType<typeof parseArgs<Options>> | { readonly problem: string } {
  try {
    return parseArgs(options);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { problem: error.message.split('. ', 1)[0] ?? error.message };
  }
}
