/**
 * What the simulator has found and nobody has mended yet. A gap is closed by deleting it here; until then histories leave
 * out, or properties forgive, exactly that.
 */
export const KNOWN_GAPS = {
  /** A service that changes shards while it is written keeps two states, and a shard that is no more keeps what was open. */
  servicesMove: true,
  /** Shards, and runs that overlap, do not know of each other how much they send. */
  shardsSendTogether: true,
  /** A late run that ends a service settles it only up to its own slot: what came after is judged again. */
  lateRunSettles: true,
  /** A copy that read a state before a refusal was stored does not see that the channel asked to wait. */
  copiesDoNotWait: true,
  /** An alert ends by a look that fails, or sees nothing, when a threshold changed or when it only stopped to flap. */
  endsWhileFailing: true,
  /** Claims compare the clocks of two machines. */
  skewBeatsClaims: true,
} as const satisfies Readonly<Record<string, boolean>>;
