import type { Edge } from "../record/knee-result.ts";

/** Halvings at most, however fine the resolution. */
const stepMaxCount = 12;

/**
 * Narrows the stretch between a load that is good and one that is bad, by halving, until it is
 * narrower than `resolutionRatio` of the load.
 *
 * @param isGood - Measures; `null` ends the search where it is.
 */
export async function narrowEdge(
  edge: Edge,
  resolutionRatio: number,
  isGood: (load: number) => Promise<boolean | null>,
): Promise<Edge> {
  let { lastGoodLoad: good, firstBadLoad: bad } = edge;
  for (let step = 0; step < stepMaxCount; step += 1) {
    if (Math.abs(bad - good) <= resolutionRatio * Math.max(good, bad)) break;
    const middle = Number(((good + bad) / 2).toPrecision(4));
    if (middle === good || middle === bad) break;
    const found = await isGood(middle);
    if (found === null) break;
    if (found) good = middle;
    else bad = middle;
  }
  return { lastGoodLoad: good, firstBadLoad: bad };
}
