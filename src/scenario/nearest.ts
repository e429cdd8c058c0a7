import { closest, distance } from "fastest-levenshtein";

/** The name that was probably meant; `undefined` when none is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  if (name === "" || names.length === 0) return undefined;
  const lower = name.toLowerCase();
  const longer = names.filter((it) => it.toLowerCase().startsWith(lower));
  if (name.length >= 3 && longer.length === 1) return longer[0];
  const near = closest(
    lower,
    [...names].map((it) => it.toLowerCase()),
  );
  const meant = names.find((it) => it.toLowerCase() === near);
  return distance(lower, near) <= Math.max(2, Math.floor(name.length / 3)) ? meant : undefined;
}

/** `write bank`; or what there is, when nothing is near; or `orElse`, when there is nothing. */
export function nearestHint(name: string, names: readonly string[], orElse: string): string {
  const near = nearest(name, names);
  if (near !== undefined) return `write ${near}`;
  if (names.length === 0) return orElse;
  const shown = names.slice(0, 16).join(", ");
  return `write ${names.length === 1 ? "" : "one of "}${shown}${names.length > 16 ? ", …" : ""}`;
}
