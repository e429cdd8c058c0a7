/**
 * Attempts are numbered so that no two requests of one activation at one site share their draws, and
 * so that the first of each keeps its number whatever policy is switched on: two variants are then
 * compared under the same luck.
 *
 * They are whole numbers of 32 bits, with a sign: those V8 keeps without an object of their own.
 */

/** The attempt under which a visit asks downstream: taps of a merchant stay 16 places apart. */
export function downstreamAttempt(attempt: number): number {
  return attempt << 4;
}

/** The attempt of a later try of the same call, spread by a hash over 32 bits. */
export function laterAttempt(attempt: number, tryNumber: number): number {
  const mixed = Math.imul(attempt ^ Math.imul(tryNumber, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
