import { type PolicyCount, policyCountNames } from "../domain/policy-count.ts";

/** What the policies at one place (a call site, a service's door) did, by the names of a report. */
export class PolicyCounts {
  readonly site: string;
  readonly #counts: Partial<Record<PolicyCount, number>> = {};
  readonly #others: (() => Partial<Record<PolicyCount, number>>)[] = [];

  constructor(site: string) {
    this.site = site;
  }

  add(name: PolicyCount): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
  }

  /** Has counts included that are kept elsewhere. */
  also(counts: () => Partial<Record<PolicyCount, number>>): void {
    this.#others.push(counts);
  }

  /** All that is above 0. */
  read(): Partial<Record<PolicyCount, number>> {
    const sum: Partial<Record<PolicyCount, number>> = { ...this.#counts };
    for (const other of this.#others.map((it) => it())) {
      for (const name of policyCountNames) {
        const count = other[name] ?? 0;
        if (count > 0) sum[name] = (sum[name] ?? 0) + count;
      }
    }
    return sum;
  }
}
