import type { CheckResult, Phases, Run } from './run.ts';
import type { VerdictWord } from './verdict.ts';

/**
 * A run as bytes. A healthy result takes seven: what it is, the latency, four phases; so a hundred monitors fit into
 * one write unit. Monitor ids are not in it: a run names its roster, which is stored once.
 *
 *     byte 0            version
 *     bytes 1…8         slot, epoch ms, float64
 *     bytes 9…16        when it was stored, the same
 *     then per monitor of the roster
 *       1 byte          bits 0–1 verdict, 2 known, 3 measured in this run, 4 has reasons, 5 points at us, 6 has latency
 *       varint          seconds since it was measured, unless in this run
 *       2 bytes         latency, if any: tenths of a ms below 3.2 s, else steps of 2 ms
 *       4 bytes         dns, connect, tls, first byte as log buckets (0: did not happen), if there is a latency
 *       varint          index into the reasons, if any
 *     the rest          the distinct reasons as JSON, UTF-8
 */
const VERSION = 1;
const VERDICTS: readonly VerdictWord[] = ['up', 'degraded', 'down', 'unknown'];
const KNOWN = 4;
const MEASURED = 8;
const REASONED = 16;
const AT_US = 32;
const TIMED = 64;

/** Buckets 1…255 grow by 5.7 % from 0.05 ms to 65 s: half a bucket, ±2.9 %, is the error of a phase. */
const SMALLEST_PHASE_MS = 0.05;
const GROWTH = (65_000 / SMALLEST_PHASE_MS) ** (1 / 254);

/** The bytes do not hold a run of this version. */
export class RunCodecError extends Error {
  override readonly name = 'RunCodecError';
}

export function packRun(run: Run, roster: readonly string[]): Uint8Array {
  const known = new Map(run.results.map(result => [result.monitor, result]));
  const reasons = new Map<string, number>();
  const bytes: number[] = [VERSION, ...float64(run.slotAt), ...float64(run.storedAt)];
  for (const monitor of roster) packResult(bytes, run, known.get(monitor), reasons);
  const texts = reasons.size === 0 ? new Uint8Array() : new TextEncoder().encode(`[${[...reasons.keys()].join(',')}]`);
  const packed = new Uint8Array(bytes.length + texts.length);
  packed.set(bytes);
  packed.set(texts, bytes.length);
  return packed;
}

function packResult(bytes: number[], run: Run, result: CheckResult | undefined, reasons: Map<string, number>): void {
  if (result === undefined) {
    bytes.push(0);
    return;
  }
  const measured = result.slotAt === run.slotAt;
  bytes.push(
    VERDICTS.indexOf(result.verdict) |
      KNOWN |
      (measured ? MEASURED : 0) |
      (result.reasons.length > 0 ? REASONED : 0) |
      (result.pointsAtUs ? AT_US : 0) |
      (result.latencyMs !== undefined ? TIMED : 0),
  );
  if (!measured) varint(bytes, Math.max(0, Math.round((run.slotAt - result.slotAt) / 1000)));
  if (result.latencyMs !== undefined) {
    const latency = latencyCode(result.latencyMs);
    bytes.push(latency >> 8, latency & 255);
    const { dnsMs, connectMs, tlsMs, firstByteMs } = result.phases;
    bytes.push(phaseCode(dnsMs), phaseCode(connectMs), phaseCode(tlsMs), phaseCode(firstByteMs));
  }
  if (result.reasons.length > 0) {
    const text = JSON.stringify(result.reasons);
    const index = reasons.get(text) ?? reasons.size;
    reasons.set(text, index);
    varint(bytes, index);
  }
}

/** @throws RunCodecError when the bytes are cut short, of another version, or do not match the roster. */
export function unpackRun(bytes: Uint8Array, roster: readonly string[], shard: number): Run {
  const reader = new Reader(bytes);
  const version = reader.byte();
  if (version !== VERSION) throw new RunCodecError(`a run of version ${version} cannot be read, only ${VERSION}`);
  const slotAt = reader.float64();
  const storedAt = reader.float64();
  const packed = roster.map(monitor => unpackResult(reader, monitor, slotAt));
  const reasons = reader.texts();
  const results = packed.flatMap(entry => {
    if (entry === undefined) return [];
    const { reason, ...result } = entry;
    return [{ ...result, reasons: reason === undefined ? [] : (reasons[reason] ?? []) }];
  });
  return { shard, slotAt, storedAt, results };
}

type PackedResult = Omit<CheckResult, 'reasons'> & { readonly reason?: number };

function unpackResult(reader: Reader, monitor: string, runSlotAt: number): PackedResult | undefined {
  const flags = reader.byte();
  if ((flags & KNOWN) === 0) return undefined;
  const slotAt = (flags & MEASURED) !== 0 ? runSlotAt : runSlotAt - reader.varint() * 1000;
  const timed = (flags & TIMED) !== 0;
  const latencyMs = timed ? latencyOf((reader.byte() << 8) | reader.byte()) : undefined;
  const phases = timed ? unpackPhases(reader) : {};
  const reason = (flags & REASONED) !== 0 ? reader.varint() : undefined;
  return {
    monitor,
    slotAt,
    verdict: VERDICTS[flags & 3] ?? 'unknown',
    phases,
    pointsAtUs: (flags & AT_US) !== 0,
    ...(latencyMs !== undefined && { latencyMs }),
    ...(reason !== undefined && { reason }),
  };
}

function unpackPhases(reader: Reader): Phases {
  const names = ['dnsMs', 'connectMs', 'tlsMs', 'firstByteMs'] as const;
  const phases: { -readonly [Name in keyof Phases]: Phases[Name] } = {};
  for (const name of names) {
    const code = reader.byte();
    if (code > 0) phases[name] = round(SMALLEST_PHASE_MS * GROWTH ** (code - 1));
  }
  return phases;
}

function phaseCode(ms: number | undefined): number {
  if (ms === undefined) return 0;
  const bucket = Math.round(Math.log(Math.max(ms, SMALLEST_PHASE_MS) / SMALLEST_PHASE_MS) / Math.log(GROWTH));
  return Math.min(255, bucket + 1);
}

/** Tenths of a millisecond while they fit into 15 bits; beyond, steps of 2 ms with the top bit set. */
function latencyCode(ms: number): number {
  const tenths = Math.round(Math.max(0, ms) * 10);
  return tenths < 0x8000 ? tenths : 0x8000 | Math.min(0x7fff, Math.round(ms / 2));
}

function latencyOf(code: number): number {
  return code < 0x8000 ? code / 10 : (code & 0x7fff) * 2;
}

/** Three significant digits are what the buckets know. */
function round(ms: number): number {
  return Number(ms.toPrecision(3));
}

function varint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function float64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

class Reader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const byte = this.#bytes[this.#offset++];
    if (byte === undefined) throw new RunCodecError('the run ends too early');
    return byte;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  }

  float64(): number {
    const view = new DataView(new Uint8Array(Array.from({ length: 8 }, () => this.byte())).buffer);
    return view.getFloat64(0);
  }

  /** The rest: a JSON list of lists of strings; anything else reads as none. */
  texts(): string[][] {
    if (this.#offset >= this.#bytes.length) return [];
    const parsed: unknown = JSON.parse(new TextDecoder().decode(this.#bytes.subarray(this.#offset)));
    if (!Array.isArray(parsed)) return [];
    return parsed.map(list => (Array.isArray(list) ? list.filter(text => typeof text === 'string') : []));
  }
}
