import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { WorkerOrder, WorkerReport } from './worker.ts';

const PROGRAM = 'prometheus-blackbox-exporter';
/** Linux counts a process's CPU time in hundredths of a second. */
const TICK_MICROS = 10_000;

export interface Blackbox {
  run(order: WorkerOrder): Promise<WorkerReport>;
  close(): void;
}

/** Starts blackbox_exporter with the authority trusted; undefined where it is not installed. */
export async function startBlackbox(ca: string, port: number): Promise<Blackbox | undefined> {
  const program = (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, PROGRAM))
    .find(existsSync);
  if (program === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  writeFileSync(join(folder, 'ca.pem'), ca);
  writeFileSync(join(folder, 'blackbox.yml'), configuration(join(folder, 'ca.pem')));
  const options = [`--config.file=${join(folder, 'blackbox.yml')}`, `--web.listen-address=127.0.0.1:${port}`];
  const child = spawn(program, [...options, '--log.level=error'], { stdio: 'ignore' });
  process.once('exit', () => child.kill());
  const agent = new Agent({ keepAlive: true });
  const ask = (path: string) => text(`http://127.0.0.1:${port}${path}`, agent);
  while (!(await ask('/-/healthy')).includes('Healthy')) await new Promise(resolve => setTimeout(resolve, 50));
  return {
    run: order => measure(order, child.pid ?? 0, ask),
    close: () => {
      agent.destroy();
      child.kill();
    },
  };
}

async function measure(order: WorkerOrder, pid: number, ask: (path: string) => Promise<string>): Promise<WorkerReport> {
  const before = cpuMicros(pid);
  let started = 0;
  let failed = 0;
  const lane = async () => {
    while (started++ < order.count) {
      const metrics = await ask(`/probe?module=web&target=${encodeURIComponent(order.url)}`);
      if (!metrics.includes('\nprobe_success 1')) failed++;
    }
  };
  await Promise.all(Array.from({ length: order.concurrency }, lane));
  return { cpuMicros: cpuMicros(pid) - before, failed };
}

function configuration(caFile: string): string {
  return `modules:
  web:
    prober: http
    timeout: 10s
    http:
      preferred_ip_protocol: ip4
      tls_config:
        ca_file: ${caFile}
`;
}

/** User and system time, fields 14 and 15 of proc(5) stat; the name in field 2 may hold spaces. */
function cpuMicros(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
}

/** The body, or nothing when there is no answer. */
function text(url: string, agent: Agent): Promise<string> {
  return new Promise(resolve => {
    const request = get(url, { agent }, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString()));
    });
    request.on('error', () => resolve(''));
  });
}
