import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { IncidentView, MonitorView, StatusView } from '../../core/status.ts';
import type { SentMessage } from '../../local/outbox.ts';

const ROOT = join(import.meta.dirname, '../..');

/** `npm start` as a process, driven from outside as a person would. */
export interface LaptopProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** Milliseconds from the start to the printed addresses. */
  readonly startedWithinMs: number;
  status(): Promise<StatusView>;
  monitor(id: string): Promise<MonitorView>;
  outbox(): Promise<SentMessage[]>;
  incidents(): Promise<IncidentView[]>;
  page(path: string): Promise<string>;
  fault(service: string, fault: string): Promise<void>;
  /** Ctrl-C. @returns the exit code */
  interrupt(): Promise<number | null>;
}

/** Starts it, and waits until it has printed its addresses. */
export async function startLaptopProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<LaptopProcess> {
  const from = Date.now();
  const child = runScript('local/start.ts', args, env);
  let output = '';
  let errors = '';
  child.stderr?.on('data', chunk => {
    errors += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', chunk => {
      output += chunk;
      const found = /API +(http:\S+)\/api/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', code => reject(new Error(`it ended with ${code}: ${errors}`)));
  });
  const startedWithinMs = Date.now() - from;
  const get = async (path: string) => (await fetch(url + path)).json();
  return {
    url,
    process: child,
    startedWithinMs,
    // What the API answers is typed by the views it is built from.
    status: () => get('/api/v1/status') as Promise<StatusView>,
    monitor: id => get(`/api/v1/monitors/${id}`) as Promise<MonitorView>,
    outbox: () => get('/_local/outbox') as Promise<SentMessage[]>,
    incidents: async () => ((await get('/api/v1/incidents?state=all')) as { incidents: IncidentView[] }).incidents,
    page: async path => (await fetch(url + path)).text(),
    fault: async (service, fault) => {
      await fetch(`${url}/_local/demo/${service}/${fault}`, { method: 'POST' });
    },
    async interrupt() {
      const exit = once(child, 'exit');
      child.kill('SIGINT');
      const [code] = await exit;
      return code;
    },
  };
}

/** A command of the project as a process; colours off, as in a pipe. */
export function runScript(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawn(process.execPath, [join(ROOT, script), ...args], { cwd: ROOT, env: { ...process.env, ...env } });
}

/** What a command printed and how it ended. */
export async function outcomeOf(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', chunk => {
    stdout += chunk;
  });
  child.stderr?.on('data', chunk => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** Asks again until it holds. @throws the last assertion when it does not within the time */
export async function eventually(assertion: () => Promise<void>, withinMs = 10_000): Promise<void> {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      await assertion();
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }
}
