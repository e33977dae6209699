/**
 * The e-mail subscription of an SNS topic: more than ten messages a second deactivate it, and then nobody is paged any
 * more. (Amazon SNS documentation, quotas: delivery rate for e-mail.)
 */
export interface Mailbox {
  /** @returns how many came within the second that ends now. */
  take(at: number): number;
}

const SECOND_MS = 1_000;

export function mailbox(): Mailbox {
  let within: number[] = [];
  return {
    take(at) {
      within = [...within.filter(earlier => earlier > at - SECOND_MS), at];
      return within.length;
    },
  };
}
