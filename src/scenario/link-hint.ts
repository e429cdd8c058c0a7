import { nearestHint } from "./nearest.ts";

/** What was probably meant by the name of a link that is none. */
export function linkHint(name: string, ends: readonly string[]): string {
  const pairs = linkNames(ends);
  const bothWays = [...pairs, ...pairs.map((it) => it.split("-").reverse().join("-"))];
  const near = nearestHint(name, bothWays, "");
  return near.startsWith("write one of") ? nearestHint(name, pairs, "name two ends") : near;
}

/** Every two ends, joined. */
export function linkNames(ends: readonly string[]): readonly string[] {
  return ends.flatMap((a, i) => ends.slice(i + 1).map((b) => `${a}-${b}`));
}
