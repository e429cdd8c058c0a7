import type { Call, Transport } from "../chain/call.ts";
import type { Asker } from "../chain/visit.ts";
import type { AnswerSink, Destination, MessageOverhead } from "./message-overhead.ts";
import type { ReplicaHost } from "./replica-host.ts";

/** Hands a call to its replica at once: in the virtual world only the link takes time. */
export class DirectTransport implements Transport, Destination {
  readonly #hosts: ReplicaHost[] = [];
  readonly #overhead: MessageOverhead | null;

  /** @param overhead - Delays every message a little, as real sockets do. */
  constructor(overhead: MessageOverhead | null = null) {
    this.#overhead = overhead;
  }

  connect(host: ReplicaHost): void {
    this.#hosts.push(host);
  }

  send(call: Call): void {
    this.carry(call, call);
  }

  /** Brings a request to its replica; the answer is for `back`. */
  carry(call: Call, back: Asker & AnswerSink): void {
    if (this.#overhead === null) this.deliver(call, back);
    else this.#overhead.carry(call, this, back);
  }

  deliver(call: Call, asker: Asker & AnswerSink): void {
    const replica = this.#hosts[call.replica]?.replica ?? null;
    if (replica === null || replica.refuses) {
      asker.broke("refused");
      return;
    }
    const { payment, operation, attempt, deadlineMs, shown, messageType } = call;
    replica.accept(asker, payment, operation, attempt, deadlineMs, shown, messageType);
  }
}
