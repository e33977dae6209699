import { createHmac, timingSafeEqual } from 'node:crypto';
import { pagerDutySignatures } from '../../core/pagerduty-webhook.ts';

/**
 * Whether PagerDuty signed this webhook with our secret. Any signature may match; each is compared in constant time.
 * @param rawBody the bytes as they came: a body that was parsed and written anew has another signature
 * @param header `X-PagerDuty-Signature`
 */
export function isFromPagerDuty(rawBody: string | Uint8Array, header: string | undefined, secret: string): boolean {
  // Everybody can sign with an empty secret.
  if (secret === '') return false;
  const expected = createHmac('sha256', secret).update(rawBody).digest();
  return pagerDutySignatures(header).some(signature => timingSafeEqual(Buffer.from(signature, 'hex'), expected));
}
