import { readFileSync } from 'node:fs';

/**
 * Reads plain data that the bundle step wrote. It was validated when the stack or the laptop was started and is
 * read-only since, so it is taken as it is.
 * @throws Error naming the file when it is missing or no JSON.
 */
export function readData<Shape>(file: string): Shape {
  try {
    // The same release wrote the file from a value of this type.
    return JSON.parse(readFileSync(file, 'utf8')) as Shape;
  } catch (cause) {
    throw new Error(`${file} cannot be read`, { cause });
  }
}
