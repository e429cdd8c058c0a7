/**
 * A copy of a message with one byte damaged: the first of the body becomes NUL, which JSON allows
 * nowhere, so that the message comes whole and cannot be read. One without a body has its first
 * byte damaged, and is no message any more.
 *
 * @param bodyAt - Where the body begins; -1 without one.
 */
export function damaged(message: Buffer, bodyAt: number): Buffer {
  const copy = Buffer.from(message);
  copy[bodyAt >= 0 && bodyAt < copy.length ? bodyAt : 0] = 0;
  return copy;
}
