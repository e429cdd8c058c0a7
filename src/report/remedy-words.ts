import { isPolicyCount, policyCountNames, policyCounts } from "../domain/policy-count.ts";
import type { PoliciesResult } from "../record/result.ts";

/** `breakerRejected` as a table names it: `breaker rejected`. */
export function nameOfCount(count: string): string {
  return count.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** What is counted; nothing where a result counts what this version does not know. */
export function meaningOfCount(count: string): string {
  return isPolicyCount(count) ? policyCounts[count] : "";
}

/** How often the remedies at one site did one thing. */
export type RemedyCount = {
  readonly site: string;
  readonly count: string;
  readonly value: number;
};

/** What the remedies of a variant did, site by site; each site's counts in their one order. */
export function remedyCounts({
  policies = [],
}: {
  readonly policies?: readonly PoliciesResult[] | undefined;
}): readonly RemedyCount[] {
  const all = policies.flatMap(({ site, counts }) =>
    Object.entries(counts).map(([count, value]) => ({ site, count, value })),
  );
  return inOrder(all);
}

/** Sites as they come first; at each, counts as they are declared, and what is not known last. */
export function inOrder(rows: readonly RemedyCount[]): readonly RemedyCount[] {
  const sites = [...new Set(rows.map(({ site }) => site))];
  return rows.toSorted(
    (a, b) => sites.indexOf(a.site) - sites.indexOf(b.site) || placeOf(a.count) - placeOf(b.count),
  );
}

function placeOf(count: string): number {
  return isPolicyCount(count) ? policyCountNames.indexOf(count) : policyCountNames.length;
}
