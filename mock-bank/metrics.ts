import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { StationRecord } from "../src/record/station-record.ts";

/** Counts one answered request by its response code and the time it took. [ms] */
export type CountAnswer = (code: string, elapsedMs: number) => void;

/** What `GET /metrics` shows, in the Prometheus text format. Stations are read when it is asked. */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #answers: Counter<"operation" | "code">;
  readonly #seconds: Histogram<"operation">;

  /** @param stations - The records of the replica that answers now, by stage. */
  constructor(
    service: string,
    replica: number,
    stations: () => ReadonlyMap<string, StationRecord>,
  ) {
    this.#registry.setDefaultLabels({ service, replica: String(replica) });
    const registers = [this.#registry];
    this.#answers = new Counter({
      name: "tillstorm_answers_total",
      help: "Answers, by operation and ISO 8583 response code.",
      labelNames: ["operation", "code"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "tillstorm_answer_seconds",
      help: "Time from the arrival of a request to its answer.",
      labelNames: ["operation"],
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    });
    const gauges = [
      ["arrivals", "Requests that came to the stage so far.", (it: StationRecord) => it.arrivals],
      [
        "completions",
        "Requests that the stage is done with.",
        (it: StationRecord) => it.completions,
      ],
      ["dropped", "Requests turned away at a full queue.", (it: StationRecord) => it.dropCount],
      ["failed", "Requests that a fault failed at the stage.", (it: StationRecord) => it.failCount],
      ["busy_workers", "Workers that are busy now.", (it: StationRecord) => it.busyNow],
      ["queue_length", "Requests that wait now.", (it: StationRecord) => it.queuedNow],
    ] as const;
    for (const [name, help, read] of gauges) {
      new Gauge({
        name: `tillstorm_stage_${name}`,
        help,
        labelNames: ["stage"],
        registers,
        collect() {
          for (const [stage, record] of stations()) this.set({ stage }, read(record));
        },
      });
    }
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  counterOf(operation: string): CountAnswer {
    const seconds = this.#seconds.labels(operation);
    const byCode = new Map<string, Counter.Internal>();
    return (code, elapsedMs) => {
      let counter = byCode.get(code);
      if (counter === undefined) {
        counter = this.#answers.labels(operation, code);
        byCode.set(code, counter);
      }
      counter.inc();
      seconds.observe(elapsedMs / 1_000);
    };
  }

  render(): Promise<string> {
    return this.#registry.metrics();
  }
}
