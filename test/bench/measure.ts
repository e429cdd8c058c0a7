/** The middle one of several measurements. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[sorted.length >> 1];
  if (middle === undefined) throw new Error("nothing was measured");
  return middle;
}

/** `12,345 /s (median of 5; 11,000 to 13,000)`. */
export function renderRates(perSecond: readonly number[]): string {
  const whole = (value: number) => Math.round(value).toLocaleString("en");
  const low = whole(Math.min(...perSecond));
  const high = whole(Math.max(...perSecond));
  return `${whole(median(perSecond))} /s (median of ${perSecond.length}; ${low} to ${high})`;
}
