import type { Call, Transport } from "../chain/call.ts";
import type { Replica } from "../chain/replica.ts";

/** Hands a call to its replica at once: in the virtual world only the link takes time. */
export class DirectTransport implements Transport {
  readonly #replicas: Replica[] = [];

  connect(replica: Replica): void {
    this.#replicas.push(replica);
  }

  send(call: Call): void {
    const replica = this.#replicas[call.replica];
    if (replica === undefined || replica.down === "refuse") {
      call.broke("refused");
      return;
    }
    replica.accept(
      call,
      call.trail,
      call.operation,
      call.streamKey,
      call.index,
      call.attempt,
      call.merchant,
      call.amountMinor,
    );
  }
}
