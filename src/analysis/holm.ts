/**
 * Holm's correction for looking at several things at once: of a family, the chance that anything is
 * called a difference where there is none stays at the level that the corrected values are held to.
 *
 * The least p is multiplied by their number, the next by one less, and so on; none is below one
 * that was less than it. Asks nothing of how they depend on each other.
 *
 * @param pValues - null: no test was possible; it is no member of the family.
 * @see Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scand. J. Statistics 6, 1979.
 */
export function holm(pValues: readonly (number | null)[]): (number | null)[] {
  const corrected: (number | null)[] = pValues.map(() => null);
  const sorted = pValues
    .flatMap((p, place) => (p === null ? [] : [{ p, place }]))
    .sort((a, b) => a.p - b.p);
  let least = 0;
  sorted.forEach(({ p, place }, rank) => {
    least = Math.max(least, Math.min(1, p * (sorted.length - rank)));
    corrected[place] = least;
  });
  return corrected;
}
