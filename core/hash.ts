/** FNV-1a over the UTF-16 code units, 32 bits: stable for ever, so what is assigned by it stays where it is. */
export function hash32(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Two independent 32-bit hashes as 16 hex digits: names content, does not protect it. */
export function fingerprint(text: string): string {
  const high = hash32(text);
  const low = hash32(text, high ^ 0x9e3779b9);
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
