import type { Clock, Timed } from "../kernel/clock.ts";
import type { ClosedPopulation } from "../traffic/closed.ts";
import type { ArrivalPlan } from "../traffic/plan.ts";
import type { Session } from "./session.ts";
import type { SessionWatcher, Terminals } from "./terminals.ts";

/** Starts the activations of one stream. */
export interface ArrivalSource {
  start(): void;
  /** Nothing more will be started. */
  readonly isExhausted: boolean;
}

/** Open loop: starts each activation at its planned instant, whatever has or has not been answered. */
export class OpenArrivals implements ArrivalSource, Timed {
  isExhausted = false;
  readonly #clock: Clock;
  readonly #plan: ArrivalPlan;
  readonly #terminals: Terminals;

  constructor(clock: Clock, plan: ArrivalPlan, terminals: Terminals) {
    this.#clock = clock;
    this.#plan = plan;
    this.#terminals = terminals;
  }

  start(): void {
    this.#scheduleNext();
  }

  fire(): void {
    this.#terminals.start(this.#plan.index, this.#plan.atMs, this.#plan.amountMinor, -1);
    this.#scheduleNext();
  }

  #scheduleNext(): void {
    if (this.#plan.next()) this.#clock.at(this.#plan.atMs, this, 0);
    else this.isExhausted = true;
  }
}

/** Closed loop: each terminal thinks, activates, waits for the end of it, and thinks again. */
export class ClosedArrivals implements ArrivalSource, SessionWatcher {
  readonly #clock: Clock;
  readonly #population: ClosedPopulation;
  readonly #terminals: Terminals;
  readonly #durationMs: number;
  readonly #members: ClosedTerminal[] = [];
  #restingCount = 0;

  constructor(
    clock: Clock,
    population: ClosedPopulation,
    terminals: Terminals,
    durationMs: number,
  ) {
    this.#clock = clock;
    this.#population = population;
    this.#terminals = terminals;
    this.#durationMs = durationMs;
    terminals.watcher = this;
  }

  get isExhausted(): boolean {
    return this.#restingCount === this.#population.terminals;
  }

  start(): void {
    for (let terminal = 0; terminal < this.#population.terminals; terminal += 1) {
      const member = new ClosedTerminal(terminal, this);
      this.#members.push(member);
      this.#think(member);
    }
  }

  closed(session: Session): void {
    const member = this.#members[session.terminal];
    if (member !== undefined) this.#think(member);
  }

  activate(member: ClosedTerminal): void {
    const index = this.#population.indexOf(member.terminal, member.iteration);
    member.iteration += 1;
    this.#terminals.start(index, this.#clock.nowMs(), -1, member.terminal);
  }

  #think(member: ClosedTerminal): void {
    const thinkMs = this.#population.thinkMs(member.terminal, member.iteration);
    if (this.#clock.nowMs() + thinkMs >= this.#durationMs) this.#restingCount += 1;
    else this.#clock.after(thinkMs, member, 0);
  }
}

class ClosedTerminal implements Timed {
  iteration = 0;
  readonly terminal: number;
  readonly #arrivals: ClosedArrivals;

  constructor(terminal: number, arrivals: ClosedArrivals) {
    this.terminal = terminal;
    this.#arrivals = arrivals;
  }

  fire(): void {
    this.#arrivals.activate(this);
  }
}
