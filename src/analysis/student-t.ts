import assert from "node:assert/strict";

/**
 * The quantile of Student's t distribution, for a whole number of degrees of freedom.
 *
 * The probability has a closed form in the angle atan(t / sqrt(degrees)): a sum of positive terms,
 * so nothing cancels. It grows with the angle; bisection turns it round and always ends.
 *
 * @param p - Strictly between 0 and 1. Beyond 1e-9 of either end the last digits are lost.
 * @see Abramowitz & Stegun 1964, 26.7.3 and 26.7.4.
 */
export function studentTQuantile(p: number, degrees: number): number {
  assert(p > 0 && p < 1, "a probability lies strictly between 0 and 1");
  assert(Number.isInteger(degrees) && degrees >= 1, "at least one whole degree of freedom");
  if (p === 0.5) return 0;
  const withinRatio = Math.abs(2 * p - 1);
  let low = 0;
  let high = Math.PI / 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break; // No number left between them.
    if (ratioWithin(middle, degrees) < withinRatio) low = middle;
    else high = middle;
  }
  const t = Math.sqrt(degrees) * Math.tan(high);
  return p > 0.5 ? t : -t;
}

/** P(T > t), for t from 0 on and a whole number of degrees of freedom; below 1e-15 it says 0. */
export function studentTTail(t: number, degrees: number): number {
  assert(t >= 0, "the tail of a t from 0 on");
  assert(Number.isInteger(degrees) && degrees >= 1, "at least one whole degree of freedom");
  return Math.max(0, (1 - ratioWithin(Math.atan(t / Math.sqrt(degrees)), degrees)) / 2);
}

/** P(|T| < sqrt(degrees) tan(angle)). */
function ratioWithin(angle: number, degrees: number): number {
  const sine = Math.sin(angle);
  const cosine = Math.cos(angle);
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let n = isOdd ? 3 : 2; n < degrees; n += 2) {
    term *= ((n - 1) / n) * cosine * cosine;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
