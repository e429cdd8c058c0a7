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

/**
 * `write bank`; or what there is, when nothing is near; or `orElse`, when there is nothing.
 *
 * @param whole - The name with what stands around it: `bank.risk` for the stage `risk`.
 */
export function nearestHint(
  name: string,
  names: readonly string[],
  orElse: string,
  whole: (name: string) => string = (it) => it,
): string {
  const near = nearest(name, names);
  if (near !== undefined) return `write ${whole(near)}`;
  if (names.length === 0) return orElse;
  const shown = names.slice(0, 16).map(whole).join(", ");
  return `write ${names.length === 1 ? "" : "one of "}${shown}${names.length > 16 ? ", …" : ""}`;
}
