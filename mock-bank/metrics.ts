import { Counter, Gauge, Registry } from "prom-client";
import type { StationRecord } from "../src/record/station-record.ts";
import { AnswerTimes } from "./answer-times.ts";

/** Counts one answered request by its response code and the time it took. [ms] */
export type CountAnswer = (code: string, elapsedMs: number) => void;

/** What `GET /metrics` shows, in the Prometheus text format. Stations are read when it is asked. */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #seconds: AnswerTimes;
  /** By operation, then by response code. */
  readonly #answered = new Map<string, Map<string, number>>();

  /** @param stations - The records of the replica that answers now, by stage. */
  constructor(
    service: string,
    replica: number,
    stations: () => ReadonlyMap<string, StationRecord>,
  ) {
    this.#registry.setDefaultLabels({ service, replica: String(replica) });
    const registers = [this.#registry];
    const answered = this.#answered;
    new Counter({
      name: "tillstorm_answers_total",
      help: "Answers, by operation and ISO 8583 response code.",
      labelNames: ["operation", "code"],
      registers,
      collect() {
        this.reset();
        for (const [operation, counts] of answered) {
          for (const [code, count] of counts) this.inc({ operation, code }, count);
        }
      },
    });
    this.#seconds = new AnswerTimes(
      "tillstorm_answer_seconds",
      "Time from the arrival of a request to its answer.",
      this.#registry,
    );
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
    const countTime = this.#seconds.counterOf(operation);
    const byCode = new Map<string, number>();
    this.#answered.set(operation, byCode);
    return (code, elapsedMs) => {
      byCode.set(code, (byCode.get(code) ?? 0) + 1);
      countTime(elapsedMs / 1_000);
    };
  }

  render(): Promise<string> {
    return this.#registry.metrics();
  }
}
