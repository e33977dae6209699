/** What an operand reads from an observation. The names are those that users of Gatus know, plus HEADER. */
export const PLACEHOLDERS = [
  'STATUS',
  'RESPONSE_TIME',
  'BODY',
  'IP',
  'CONNECTED',
  'CERTIFICATE_EXPIRATION',
  'DNS_RCODE',
  'HEADER',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

export const OPERATORS = ['==', '!=', '<', '<=', '>', '>='] as const;
export type Operator = (typeof OPERATORS)[number];

/** One step of a path into a JSON body: a key or an index. */
export type PathStep = string | number;

/** One side of a condition. */
export type Operand =
  | { readonly type: 'placeholder'; readonly name: Placeholder; readonly path: readonly PathStep[] }
  | { readonly type: 'len' | 'has'; readonly of: { readonly name: Placeholder; readonly path: readonly PathStep[] } }
  | { readonly type: 'literal'; readonly text: string }
  | { readonly type: 'pattern'; readonly glob: string }
  | { readonly type: 'regex'; readonly source: string }
  | { readonly type: 'any'; readonly of: readonly Operand[] };

/** A one-line assertion on an observation, parsed: plain data that ships to the functions as JSON. */
export interface Condition {
  /** The line as the operator wrote it, with single spaces around the operator. */
  readonly text: string;
  readonly left: Operand;
  readonly operator: Operator;
  readonly right: Operand;
}
