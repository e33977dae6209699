import type { Condition, Operand, Placeholder } from '../condition/model.ts';
import { parseCondition } from '../condition/parse.ts';
import type { Complaint, ConfigPath } from './complaint.ts';
import type { MonitorKind } from './model.ts';

/** What an observation of a kind can hold. */
const PLACEHOLDERS_OF: Readonly<Record<MonitorKind, readonly Placeholder[]>> = {
  http: ['STATUS', 'RESPONSE_TIME', 'BODY', 'IP', 'CONNECTED', 'CERTIFICATE_EXPIRATION', 'HEADER'],
  tcp: ['RESPONSE_TIME', 'BODY', 'IP', 'CONNECTED'],
  tls: ['RESPONSE_TIME', 'IP', 'CONNECTED', 'CERTIFICATE_EXPIRATION'],
  dns: ['RESPONSE_TIME', 'BODY', 'IP', 'CONNECTED', 'DNS_RCODE'],
};

/**
 * Reads the lines of a list and says what is wrong with each.
 * @param kind the kind that must be able to hold what they read; undefined when any may.
 */
export function readConditions(
  lines: readonly string[],
  path: ConfigPath,
  kind: MonitorKind | undefined,
): { readonly conditions: readonly Condition[]; readonly complaints: readonly Complaint[] } {
  const complaints: Complaint[] = [];
  const conditions = lines.flatMap((line, index) => {
    const parsed = parseCondition(line);
    const foreign = parsed.ok && kind !== undefined ? foreignTo(kind, parsed.condition) : undefined;
    if (foreign !== undefined) {
      complaints.push({ path: [...path, index], message: `reads [${foreign}], which ${kind} monitors never have` });
    }
    if (parsed.ok) return [parsed.condition];
    complaints.push({ path: [...path, index], message: parsed.problem });
    return [];
  });
  return { conditions, complaints };
}

/** The conditions of `defaults` that a kind can hold what they read for; the others are not meant for it. */
export function conditionsFor(kind: MonitorKind, lines: readonly string[]): readonly Condition[] {
  const { conditions } = readConditions(lines, [], undefined);
  return conditions.filter(condition => foreignTo(kind, condition) === undefined);
}

function foreignTo(kind: MonitorKind, { left, right }: Condition): Placeholder | undefined {
  return [left, right].flatMap(placeholdersOf).find(name => !PLACEHOLDERS_OF[kind].includes(name));
}

function placeholdersOf(operand: Operand): readonly Placeholder[] {
  switch (operand.type) {
    case 'placeholder':
      return [operand.name];
    case 'len':
    case 'has':
      return [operand.of.name];
    case 'any':
      return operand.of.flatMap(placeholdersOf);
    case 'literal':
    case 'pattern':
    case 'regex':
      return [];
  }
}
