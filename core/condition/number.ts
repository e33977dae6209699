import { parseDuration } from '../duration.ts';

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,4})?$/i;
const RADIX = /^([+-]?)(0x[\da-f]+|0o[0-7]+|0b[01]+)$/i;
const LONGEST_NUMBER = 400;

/** A number as Gatus knows them, hexadecimal, octal and binary included; undefined when the text is none. */
export function toPlainNumber(text: string): number | undefined {
  if (text.length > LONGEST_NUMBER) return undefined;
  if (DECIMAL.test(text)) return Number(text);
  const radix = RADIX.exec(text);
  if (radix === null) return undefined;
  return radix[1] === '-' ? -Number(radix[2]) : Number(radix[2]);
}

/** A number, or a duration as milliseconds. */
export function toNumber(text: string): number | undefined {
  return toPlainNumber(text) ?? parseDuration(text);
}
