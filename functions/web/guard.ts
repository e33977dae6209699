/**
 * Whether a path is what it looks like. API Gateway chooses the route, and with it who may ask, by the path as it came; the
 * app answers by the path as a URL reads it, where `..`, backslashes and escapes lead elsewhere. So only plain segments are
 * let in: all of ours are made of these characters, and none begins with a point.
 */
export function isStraight(rawPath: string): boolean {
  return /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*\/?$/.test(rawPath);
}
