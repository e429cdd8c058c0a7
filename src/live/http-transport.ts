import type { Call, Transport } from "../chain/call.ts";
import { healthOperation } from "../chain/caller.ts";
import type { CredentialKeys } from "./credentials-wire.ts";
import type { BreakReason } from "./http-break.ts";
import { HttpClient } from "./http-client.ts";
import type { HttpWaiter } from "./http-connection.ts";
import type { HttpHeaders } from "./http-head.ts";
import { healthPath, parseAnswer, renderRequest } from "./protocol.ts";
import type { WallClock } from "./wall-clock.ts";

/** Where one replica listens. */
export type Endpoint = { readonly host: string; readonly port: number };

export type HttpTransportOptions = {
  readonly clock: WallClock;
  readonly endpoints: readonly Endpoint[];
  /** The operations of the service in order: a call names one by its number. */
  readonly operations: readonly string[];
  /** The user said in so many words that an endpoint may be elsewhere. */
  readonly isRemoteAllowed: boolean;
  /** What links and codes that requests show are made with. */
  readonly keys: CredentialKeys;
  /**
   * Whether a connection is closed when nobody waits for its answer any more. Else the answer is
   * read however late it comes: but over a link that loses messages it may never come.
   */
  readonly letsGo?: boolean;
  /** Whether its requests belong to the rehearsal, and say so. */
  readonly isRehearsal?: boolean;
  /** Told when a request's bytes left, and how long after its instant. [ms] */
  readonly onSent?: ((call: Call, lagMs: number) => void) | undefined;
};

/** Carries calls to the replicas of one service over HTTP. */
export class HttpTransport implements Transport, HttpWaiter {
  readonly #clock: WallClock;
  readonly #keys: CredentialKeys;
  readonly #paths: readonly string[];
  readonly #endpoints: readonly { readonly host: string; readonly client: HttpClient }[];
  readonly #letsGo: boolean;
  readonly #isRehearsal: boolean;
  readonly #onSent: ((call: Call, lagMs: number) => void) | undefined;
  /** By ticket. */
  readonly #calls: (Call | undefined)[] = [];
  readonly #dueMs: number[] = [];
  readonly #freeTickets: number[] = [];

  constructor({ clock, endpoints, operations, isRemoteAllowed, ...options }: HttpTransportOptions) {
    this.#clock = clock;
    this.#paths = operations.map((operation) => `/${operation}`);
    this.#endpoints = endpoints.map(({ host, port }) => ({
      host: `${host}:${port}`,
      client: new HttpClient({ host, port, allowRemote: isRemoteAllowed }),
    }));
    this.#onSent = options.onSent;
    this.#keys = options.keys;
    this.#letsGo = options.letsGo ?? false;
    this.#isRehearsal = options.isRehearsal ?? false;
  }

  async warm(connectionCount: number): Promise<void> {
    await Promise.all(this.#endpoints.map(({ client }) => client.warm(connectionCount)));
  }

  send(call: Call): void {
    const endpoint = this.#endpoints[call.replica];
    const path = call.operation === healthOperation ? healthPath : this.#paths[call.operation];
    if (endpoint === undefined || path === undefined) {
      call.broke("refused");
      return;
    }
    const ticket = this.#freeTickets.pop() ?? this.#calls.length;
    this.#calls[ticket] = call;
    call.ticket = ticket;
    const nowMs = this.#clock.nowMs();
    this.#dueMs[ticket] = nowMs;
    const request = renderRequest(endpoint.host, path, call, nowMs, this.#keys, this.#isRehearsal);
    endpoint.client.send(request, this, ticket);
  }

  sent(ticket: number): void {
    const call = this.#calls[ticket];
    const dueMs = this.#dueMs[ticket];
    if (call === undefined || dueMs === undefined) return;
    this.#onSent?.(call, Math.max(0, this.#clock.wallMs() - dueMs));
  }

  answered(ticket: number, _status: number, headers: HttpHeaders, body: string): void {
    const call = this.#release(ticket);
    if (call === undefined) return;
    this.#clock.catchUp();
    const answer = parseAnswer(body, headers.get("server-timing"));
    if (answer === undefined) call.broke("broken");
    else call.answer(answer);
  }

  broke(ticket: number, reason: BreakReason): void {
    const call = this.#release(ticket);
    if (call === undefined) return;
    this.#clock.catchUp();
    call.broke(reason === "refused" ? "refused" : "broken");
  }

  abandon(call: Call): void {
    const { ticket } = call;
    const endpoint = this.#endpoints[call.replica];
    if (!this.#letsGo || endpoint === undefined || this.#calls[ticket] !== call) return;
    this.#release(ticket);
    endpoint.client.abandon(ticket, this);
    call.isUnderWay = false;
  }

  close(): void {
    for (const { client } of this.#endpoints) client.close();
  }

  #release(ticket: number): Call | undefined {
    const call = this.#calls[ticket];
    if (call === undefined) return undefined;
    this.#calls[ticket] = undefined;
    call.ticket = -1;
    this.#freeTickets.push(ticket);
    return call;
  }
}
