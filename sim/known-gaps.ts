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
  /** A changed threshold ends an incident between two looks that see nothing. */
  unknownRecovers: true,
  /** Claims compare the clocks of two machines. */
  skewBeatsClaims: true,
} as const satisfies Readonly<Record<string, boolean>>;
