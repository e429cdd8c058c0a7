import { type Answer, AnswerParts } from "../chain/answer.ts";
import type { Call } from "../chain/call.ts";
import type { Asker, Visit } from "../chain/visit.ts";
import type { Clock, Timed } from "../kernel/clock.ts";
import { buildDistribution, type Distribution, drawMs } from "../kernel/distribution.ts";
import { draw, siteKey } from "../kernel/draw.ts";
import { objectList } from "../kernel/object-list.ts";

/**
 * What the model leaves out and real sockets cost: every message takes a little longer. Drawn from
 * a site of its own, so that no other draw is disturbed.
 */
export type OverheadOptions = {
  /** Names the luck: two runs of the same name have the same delays. */
  readonly site: string;
  /** Mean of the exponential delay of one message, request or answer. [ms] */
  readonly meanMs: number;
};

/** Where a delayed request goes: its answer is for `asker`. */
export interface Destination {
  deliver(call: Call, asker: Asker & AnswerSink): void;
}

/** Who is waiting at the caller's end of the way: the call itself, or a link in between. */
export interface AnswerSink {
  answer(answer: Answer): void;
  broke(as: "refused" | "broken"): void;
}

const MessageEvent = { asks: -1, answers: -2 } as const;

/** Delays the messages to and from one service. */
export class MessageOverhead {
  readonly clock: Clock;
  readonly #delay: Distribution;
  readonly #askSite: number;
  readonly #answerSite: number;
  readonly #pool = objectList<Message>();

  constructor(clock: Clock, seed: string, service: string, { site, meanMs }: OverheadOptions) {
    this.clock = clock;
    this.#delay = buildDistribution({ exponential: { mean: meanMs } });
    this.#askSite = siteKey(seed, `${site}/${service}/ask`);
    this.#answerSite = siteKey(seed, `${site}/${service}/answer`);
  }

  carry(call: Call, to: Destination, back: AnswerSink): void {
    const message = this.#pool.pop() ?? new Message(this);
    message.call = call;
    message.to = to;
    message.back = back;
    this.clock.after(this.#delayMs(this.#askSite, call), message, MessageEvent.asks);
  }

  carryBack(message: Message, call: Call): void {
    this.clock.after(this.#delayMs(this.#answerSite, call), message, MessageEvent.answers);
  }

  release(message: Message): void {
    message.call = null;
    message.to = null;
    message.back = null;
    this.#pool.push(message);
  }

  #delayMs(site: number, { payment, attempt }: Call): number {
    return drawMs(this.#delay, draw(site, payment.streamKey, payment.index, attempt));
  }
}

/** One request on its way, and its answer on the way back. Pooled. */
class Message implements Timed, Asker, AnswerSink {
  readonly #overhead: MessageOverhead;
  call: Call | null = null;
  to: Destination | null = null;
  back: AnswerSink | null = null;
  readonly #answer = new AnswerParts();

  constructor(overhead: MessageOverhead) {
    this.#overhead = overhead;
  }

  fire(kind: number): void {
    const { call, to, back } = this;
    if (call === null || to === null || back === null) return;
    if (kind === MessageEvent.asks) {
      to.deliver(call, this);
      return;
    }
    this.#overhead.release(this);
    back.answer(this.#answer);
  }

  /** The visit is reused as soon as this returns: what it says is kept. */
  replied(visit: Visit): void {
    this.answer(visit);
  }

  hungUp(): void {
    this.broke("broken");
  }

  answer(answer: Answer): void {
    this.#answer.keep(answer);
    if (this.call !== null) this.#overhead.carryBack(this, this.call);
  }

  broke(as: "refused" | "broken"): void {
    const { back } = this;
    this.#overhead.release(this);
    back?.broke(as);
  }
}
