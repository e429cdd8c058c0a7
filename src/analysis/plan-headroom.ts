/** What a configuration came to at one load. `gate` is the one nearest to its limit, or beyond it. */
export type Probe = {
  readonly holds: boolean;
  readonly gate: number;
  readonly observed: number | null;
};

/** Up to which load a configuration holds, and what gives way then. */
export type Headroom = {
  /** Null: it holds at none that was tried. */
  readonly holdsTo: number | null;
  /** Null: it fails at none that was tried. */
  readonly failsAt: number | null;
  /** The gate that fails first; null where none does. */
  readonly gate: number | null;
  readonly observed: number | null;
};

/** The loads that are tried lie between these. */
const loadMin = 1 / 64;
const loadMax = 64;
/** The two ends are as near as this in the end. */
const precisionFactor = 1.05;

/**
 * The load up to which the gates hold, by doubling or halving from 1x and then by bisection of the
 * factor: 5 % exact. Presumes that what fails at a load fails at a higher one.
 *
 * @param probe - Null: the search was stopped.
 */
export async function findHeadroom(
  probe: (load: number) => Promise<Probe | null>,
): Promise<Headroom | null> {
  let holdsTo: number | null = null;
  let failsAt: number | null = null;
  let failed: Probe | null = null;
  for (let load = 1; load >= loadMin && load <= loadMax; ) {
    const it = await probe(load);
    if (it === null) return null;
    if (it.holds) holdsTo = load;
    else {
      failsAt = load;
      failed = it;
    }
    if (holdsTo !== null && failsAt !== null) break;
    load = it.holds ? load * 2 : load / 2;
  }
  while (holdsTo !== null && failsAt !== null && failsAt / holdsTo > precisionFactor) {
    const load = Number(Math.sqrt(holdsTo * failsAt).toPrecision(3));
    if (load <= holdsTo || load >= failsAt) break;
    const it = await probe(load);
    if (it === null) return null;
    if (it.holds) holdsTo = load;
    else {
      failsAt = load;
      failed = it;
    }
  }
  return { holdsTo, failsAt, gate: failed?.gate ?? null, observed: failed?.observed ?? null };
}
