import seedrandom from "seedrandom";

/** By its own name, which keeps `draw` short enough to be put in place where it is called. */
const { imul } = Math;

/**
 * Chance without a stream: a draw is a pure function of where and for whom it is made.
 *
 * `draw(site, stream, entity, attempt)` gives the same number in every variant and in both worlds,
 * whatever else was drawn before, so that variants are compared under common random numbers.
 * The mixing is pcg4d (Jarzynski & Olano, "Hash Functions for GPU Rendering", JCGT 9(3), 2020).
 */
export function draw(site: number, stream: number, entity: number, attempt: number): number {
  let x = (imul(site, 1664525) + 1013904223) | 0;
  let y = (imul(stream, 1664525) + 1013904223) | 0;
  let z = (imul(entity, 1664525) + 1013904223) | 0;
  let w = (imul(attempt, 1664525) + 1013904223) | 0;
  x = (x + imul(y, w)) | 0;
  y = (y + imul(z, x)) | 0;
  z = (z + imul(x, y)) | 0;
  w = (w + imul(y, z)) | 0;
  x ^= x >>> 16;
  y ^= y >>> 16;
  z ^= z >>> 16;
  w ^= w >>> 16;
  x = (x + imul(y, w)) | 0;
  y = (y + imul(z, x)) | 0;
  z = (z + imul(x, y)) | 0;
  w = (w + imul(y, z)) | 0;
  // 52 bits and a half: strictly between 0 and 1, so that a logarithm of it is finite.
  return ((z >>> 6) * 67108864 + (w >>> 6) + 0.5) / 4503599627370496;
}

const knownKeys = new Map<string, number>();
const knownKeyMaxCount = 10_000;

/**
 * Turns a seed and a site's name into the site's key. [32 bits] Keys are remembered, for to make one
 * takes as long as two thousand draws, and a search through configurations asks for the same again.
 */
export function siteKey(seed: string, site: string): number {
  const name = `${seed}\u0000${site}`;
  let key = knownKeys.get(name);
  if (key === undefined) {
    key = seedrandom(name).int32();
    if (knownKeys.size >= knownKeyMaxCount) knownKeys.clear();
    knownKeys.set(name, key);
  }
  return key;
}

/** The seed of replication `index` (from 0); the first is the scenario's own. */
export function replicationSeed(seed: string, index: number): string {
  return index === 0 ? seed : `${seed}#${index + 1}`;
}
