import { type Answer, AnswerParts } from "../chain/answer.ts";
import type { Call, Trail, Transport } from "../chain/call.ts";
import { answerBytes, askBytes } from "../chain/message-size.ts";
import type { StrayMessages, WayBlame } from "../chain/stray-messages.ts";
import type { Asker, Visit } from "../chain/visit.ts";
import type { LinkFaults, MessageFate } from "../fault/link-faults.ts";
import type { Clock, Timed } from "../kernel/clock.ts";
import { objectList } from "../kernel/object-list.ts";
import type { DirectTransport } from "./direct-transport.ts";
import type { AnswerSink } from "./message-overhead.ts";

const PassageEvent = { asks: -1, asksTwice: -2, answers: -3, breaks: -4 } as const;

/** A link with faults, between a caller and a service: each message meets its fate on the way. */
export class FaultyLink implements Transport {
  readonly clock: Clock;
  readonly faults: LinkFaults;
  readonly #way: DirectTransport;
  readonly #operations: readonly string[];
  readonly #blame: WayBlame | null;
  readonly #strays: StrayMessages;
  readonly #pool = objectList<Passage>();

  /**
   * @param operations - Of the service at the far end, in the scenario's order.
   * @param blame - What the way is to blame for; null: nothing that matters.
   */
  constructor(
    clock: Clock,
    faults: LinkFaults,
    way: DirectTransport,
    operations: readonly string[],
    blame: WayBlame | null,
    strays: StrayMessages,
  ) {
    this.#blame = blame;
    this.#strays = strays;
    this.clock = clock;
    this.faults = faults;
    this.#way = way;
    this.#operations = operations;
  }

  send(call: Call): void {
    const nowMs = this.clock.nowMs();
    const { payment, attempt } = call;
    const bytes = askBytes(this.#operations, call, nowMs);
    const fate = this.faults.decide(0, payment.streamKey, payment.index, attempt, nowMs, bytes);
    this.note(call, fate);
    if (fate.kind === "lost") {
      call.vanish();
      return;
    }
    const passage = this.#pool.pop() ?? new Passage(this);
    passage.call = call;
    // What is left travels as a length of time, from which nobody on the way takes off anything.
    call.deadlineMs += fate.delayMs;
    if (fate.kind === "delivered") {
      const kind = fate.isDoubled ? PassageEvent.asksTwice : PassageEvent.asks;
      this.clock.after(fate.delayMs, passage, kind);
    } else this.clock.after(fate.delayMs, passage, PassageEvent.breaks);
  }

  /** Remembers whose messages it loses, or holds for too long. */
  note({ payment: { streamKey, index } }: Call, { kind, delayMs }: Readonly<MessageFate>): void {
    if (this.#blame === null || (kind !== "lost" && delayMs < this.#blame.patienceMs)) return;
    this.#strays.strayed(this.#blame, streamKey, index);
  }

  deliver(call: Call, passage: Passage): void {
    this.#way.carry(call, passage);
  }

  /** The same request arrives a second time; nobody waits for its answer. */
  deliverTwin(call: Call): void {
    this.#way.deliver(call, new Twin(call.payment.trail));
  }

  release(passage: Passage): void {
    passage.call = null;
    this.#pool.push(passage);
  }
}

/** One exchange over a link with faults. Pooled. */
class Passage implements Timed, Asker, AnswerSink {
  readonly #link: FaultyLink;
  call: Call | null = null;
  readonly #answer = new AnswerParts();

  constructor(link: FaultyLink) {
    this.#link = link;
  }

  fire(kind: number): void {
    const { call } = this;
    if (call === null) return;
    if (kind === PassageEvent.asks || kind === PassageEvent.asksTwice) {
      if (kind === PassageEvent.asksTwice) this.#link.deliverTwin(call);
      this.#link.deliver(call, this);
      return;
    }
    this.#link.release(this);
    if (kind === PassageEvent.breaks) call.broke("broken");
    else call.answer(this.#answer);
  }

  replied(visit: Visit): void {
    this.answer(visit);
  }

  hungUp(): void {
    this.broke("broken");
  }

  /** A closed door, or a killed process: the caller's side of the connection breaks at once. */
  broke(as: "refused" | "broken"): void {
    const { call } = this;
    this.#link.release(this);
    call?.broke(as);
  }

  answer(answer: Answer): void {
    const { call } = this;
    if (call === null) return;
    const { clock, faults } = this.#link;
    const { payment, attempt } = call;
    const { streamKey, index } = payment;
    const bytes = answerBytes(answer);
    const fate = faults.decide(1, streamKey, index, attempt, clock.nowMs(), bytes);
    this.#link.note(call, fate);
    if (fate.kind === "lost") {
      this.#link.release(this);
      call.vanish();
      return;
    }
    this.#answer.keep(answer);
    const kind = fate.kind === "delivered" ? PassageEvent.answers : PassageEvent.breaks;
    clock.after(fate.delayMs, this, kind);
  }
}

/** Who asks by the copy of a request: the activation is not over before that is worked off too. */
class Twin implements Asker, AnswerSink {
  #trail: Trail | null;

  constructor(trail: Trail | null) {
    this.#trail = trail;
    trail?.held();
  }

  replied(): void {
    this.#done();
  }

  hungUp(): void {
    this.#done();
  }

  broke(): void {
    this.#done();
  }

  answer(): void {
    this.#done();
  }

  #done(): void {
    const trail = this.#trail;
    this.#trail = null;
    trail?.released();
  }
}
