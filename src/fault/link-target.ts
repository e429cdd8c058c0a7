/** Each way to read a link's name as two of the ends; a service's own name may hold a `-`. */
export function parseLinkTarget(
  name: string,
  ends: readonly string[],
): readonly (readonly [string, string])[] {
  const splits = [...name.matchAll(/-/g)].map(
    ({ index }) => [name.slice(0, index), name.slice(index + 1)] as const,
  );
  return splits.filter(([a, b]) => ends.includes(a) && ends.includes(b));
}
