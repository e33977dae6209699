/** As much of DER (X.690) as a certificate needs: every value is its tag, its length and its content. */
function tagged(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  const { length } = bytes;
  const header =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(header), bytes]);
}

export const sequence = (...items: readonly Uint8Array[]) => tagged(0x30, ...items);
export const set = (...items: readonly Uint8Array[]) => tagged(0x31, ...items);
export const integer = (value: number) =>
  tagged(0x02, Buffer.from([0, value >> 16, (value >> 8) & 255, value & 255]).subarray(firstByte(value)));
export const boolean = (value: boolean) => tagged(0x01, Buffer.from([value ? 255 : 0]));
export const text = (value: string) => tagged(0x0c, Buffer.from(value));
export const octets = (content: Uint8Array) => tagged(0x04, content);
export const bits = (content: Uint8Array, unused = 0) => tagged(0x03, Buffer.from([unused]), content);
/** `[n]` around other values. */
export const explicit = (n: number, ...items: readonly Uint8Array[]) => tagged(0xa0 + n, ...items);
/** `[n]` in place of a primitive value's own tag. */
export const implicit = (n: number, content: Uint8Array) => tagged(0x80 + n, content);

/** GeneralizedTime, whole seconds of UTC. */
export function time(at: number): Buffer {
  return tagged(0x18, Buffer.from(`${new Date(at).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`));
}

/** `2.5.29.19`: the first two numbers share a byte, the others are in base 128. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = rest.flatMap(number => {
    const digits = [number & 127];
    for (let left = number >> 7; left > 0; left >>= 7) digits.unshift((left & 127) | 128);
    return digits;
  });
  return tagged(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

/** How many leading zeros of the four bytes go: one stays where the next byte would read as a minus sign. */
function firstByte(value: number): number {
  if (value >= 1 << 23) return 0;
  if (value >= 1 << 15) return 1;
  return value >= 1 << 7 ? 2 : 3;
}
