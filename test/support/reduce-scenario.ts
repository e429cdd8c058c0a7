import type { Written } from "./random-policies.ts";

/**
 * Leaves out of a scenario what it can do without and still fail, so that a person can read what is
 * left: one key or entry after the other, the great ones first, until none can go or time is up.
 */
export async function reduceScenario(
  written: Written,
  fails: (it: Written) => Promise<boolean>,
  forMs: number,
): Promise<Written> {
  const endMs = performance.now() + forMs;
  let least = written;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const place of placesIn(least, [])) {
      if (performance.now() > endMs) return least;
      const smaller = without(least, place) as Written;
      // What went with something greater is no longer there to go.
      if (JSON.stringify(smaller) === JSON.stringify(least) || !(await fails(smaller))) continue;
      least = smaller;
      isSmaller = true;
    }
  }
  return least;
}

type Place = readonly (string | number)[];

/** Every place of a value, those near the top first; in a list the last first. */
function placesIn(value: unknown, at: Place): readonly Place[] {
  const keys = Array.isArray(value)
    ? Array.from(value, (_, i) => value.length - 1 - i)
    : typeof value === "object" && value !== null
      ? Object.keys(value)
      : [];
  const below = keys.flatMap((key) => placesIn(Reflect.get(Object(value), key), [...at, key]));
  const all = [...keys.map((key) => [...at, key]), ...below];
  return all.toSorted((a, b) => a.length - b.length);
}

function without(value: unknown, [key, ...rest]: Place): unknown {
  if (typeof value !== "object" || value === null || key === undefined) return value;
  if (!Object.hasOwn(value, key)) return value;
  const inner = without(Reflect.get(value, key), rest);
  if (Array.isArray(value)) {
    return value.flatMap((it, i) => (i !== key ? [it] : rest.length === 0 ? [] : [inner]));
  }
  const entries = Object.entries(value).flatMap(([name, it]) => {
    if (name !== key) return [[name, it] as const];
    return rest.length === 0 ? [] : [[name, inner] as const];
  });
  return Object.fromEntries(entries);
}
