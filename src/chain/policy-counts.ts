import { type PolicyCount, policyCountNames } from "../domain/policy-count.ts";
import type { TraceEvent } from "../domain/trace-event.ts";
import type { Traced, Tracer } from "./tracer.ts";

/** What the policies at one place (a call site, a service's door) did, by the names of a report. */
export class PolicyCounts {
  readonly site: string;
  /** Hears of each activation what is counted here; null: nobody does. */
  readonly tracer: Tracer | null;
  /** A field of its own, for every request counts. */
  #attemptCount = 0;
  readonly #counts: Partial<Record<PolicyCount, number>> = {};
  readonly #others: (() => Partial<Record<PolicyCount, number>>)[] = [];

  constructor(site: string, tracer: Tracer | null = null) {
    this.site = site;
    this.tracer = tracer;
  }

  attempted(): void {
    this.#attemptCount += 1;
  }

  add(name: Exclude<PolicyCount, "attempts">): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
  }

  /** Counts what was done for one activation. @param value - See `Tracer`. */
  did(name: Exclude<PolicyCount, "attempts"> & TraceEvent, of: Traced, value?: number): void {
    this.add(name);
    this.tracer?.note(of, name, value);
  }

  /** Has counts included that are kept elsewhere. */
  also(counts: () => Partial<Record<PolicyCount, number>>): void {
    this.#others.push(counts);
  }

  /** All that is above 0. */
  read(): Partial<Record<PolicyCount, number>> {
    const sum: Partial<Record<PolicyCount, number>> = {
      ...(this.#attemptCount > 0 && { attempts: this.#attemptCount }),
      ...this.#counts,
    };
    for (const other of this.#others.map((it) => it())) {
      for (const name of policyCountNames) {
        const count = other[name] ?? 0;
        if (count > 0) sum[name] = (sum[name] ?? 0) + count;
      }
    }
    return sum;
  }
}
