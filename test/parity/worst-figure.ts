import type { Parity } from "../../src/record/parity-result.ts";
import { nameOfFigure } from "../../src/report/parity-words.ts";

/**
 * What comes closest to its tolerance, or is farthest beyond it, in a reader's words.
 *
 * A figure of the whole run uses (distance from its band) / tolerance; a curve uses as many of its
 * buckets as are off, of those that may be.
 */
export function worstFigure(parity: Parity): string {
  const used = [
    ...parity.rows.flatMap((row) => {
      const { low, high, measured, tolerance } = row;
      if (tolerance === null || low === null || high === null || measured === null) {
        return row.isWithin ? [] : [{ name: nameOfFigure(row), share: Number.POSITIVE_INFINITY }];
      }
      const distance = Math.max(0, low - measured, measured - high);
      return [{ name: nameOfFigure(row), share: distance / tolerance }];
    }),
    ...parity.curves.flatMap((curve) => {
      const { judgedCount, withinCount, neededCount } = curve;
      const share = (judgedCount - withinCount) / (judgedCount - neededCount);
      return judgedCount === 0 ? [] : [{ name: `${nameOfFigure(curve)} over time`, share }];
    }),
  ];
  const [worst] = used.sort((a, b) => b.share - a.share);
  return worst === undefined ? "" : `${worst.name}: ${worst.share.toFixed(2)} of what is allowed`;
}
