/**
 * What the simulator has found and nobody has mended yet. A gap is closed by deleting it here; until then histories leave
 * out, or properties forgive, exactly that.
 */
export const KNOWN_GAPS = {
  /** A service that changes shards while it is written keeps two states, and a shard that is no more keeps what was open. */
  servicesMove: true,
  /** An incident of what could not be looked at ends with the first look, even when that one fails. */
  unknownEndsWithFailure: false,
  /** Shards, and copies of a run, do not know of each other how much they send. */
  shardsSendTogether: false,
  /** A run that could not record an acceptance sends the same message again. */
  repeatsItself: false,
  /** A late run that ends a service settles it only up to its own slot: what came after is judged again. */
  lateRunSettles: true,
  /** Claims compare the clocks of two machines. */
  skewBeatsClaims: true,
} as const satisfies Readonly<Record<string, boolean>>;
