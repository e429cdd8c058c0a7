import { z } from "zod";
import { callPolicies } from "../../src/chain/call-policies.ts";
import { CallSite } from "../../src/chain/call-site.ts";
import { Caller } from "../../src/chain/caller.ts";
import type { Life } from "../../src/chain/life.ts";
import { Link } from "../../src/chain/link.ts";
import { Payment } from "../../src/chain/payment.ts";
import { PolicyCounts } from "../../src/chain/policy-counts.ts";
import { ReplicaChoice } from "../../src/chain/replica-choice.ts";
import { type Route, RouteChoice, type RouteMode } from "../../src/chain/route.ts";
import { CircuitBreaker } from "../../src/policy/circuit-breaker.ts";
import { CountingTrail, HandClock, Owner, ScriptedTransport } from "./scripted.ts";

export type SiteOptions = {
  /** As a scenario writes them. */
  readonly policies?: Readonly<Record<string, unknown>>;
  /** Names of the services, in order. */
  readonly services?: readonly string[];
  readonly mode?: RouteMode;
  /** Shares of the services, where they are weighted. */
  readonly weights?: readonly number[];
  /** Whether what is asked posts a credit. */
  readonly posts?: boolean;
  readonly replicas?: number;
  /** Of one attempt, and of all together. [ms] */
  readonly timeoutMs?: number;
  readonly limitMs?: number;
  /** One way, between the site and its services. [ms] */
  readonly linkMs?: number;
};

/** A call site whose services, clock and owners are in the test's hand. */
export class SiteUnderTest {
  readonly clock = new HandClock();
  readonly banks: readonly ScriptedTransport[];
  readonly breakers: readonly (CircuitBreaker | null)[];
  readonly choices: readonly ReplicaChoice[];
  readonly site: CallSite;
  readonly life: Life = { isOver: false };
  readonly #counts = new PolicyCounts("operator.forward");

  constructor(options: SiteOptions = {}) {
    const { clock, life } = this;
    const { services = ["bank"], mode = "weighted", replicas = 1, linkMs } = options;
    const { timeoutMs = Number.POSITIVE_INFINITY, limitMs = Number.POSITIVE_INFINITY } = options;
    const policies = z.strictObject(callPolicies).parse(options.policies ?? {});
    const seed = "site";
    const link = linkMs === undefined ? null : new Link({ latency: linkMs, loss: 0 }, seed, "a-b");
    const weights = options.weights ?? services.map(() => 1);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    this.banks = services.map(() => new ScriptedTransport(clock));
    this.choices = services.map(
      (service) =>
        new ReplicaChoice({
          balancer: policies.balancer,
          ejection: policies.ejection,
          replicaCount: replicas,
          healthy: null,
          seed,
          site: service,
        }),
    );
    const { breaker } = policies;
    this.breakers = services.map(() =>
      breaker === undefined ? null : new CircuitBreaker(breaker),
    );
    let shareBelow = 0;
    const routes = services.map((service, place): Route => {
      shareBelow += (weights[place] ?? 0) / sum;
      const [transport, choice] = [this.banks[place], this.choices[place]];
      if (transport === undefined || choice === undefined) throw new Error("one for each service");
      const parts = { clock, transport, link, choice, timeoutMs, isTerminal: false, life };
      const caller = new Caller(parts);
      const ownBreaker = this.breakers[place] ?? null;
      return { service, caller, breaker: ownBreaker, shareBelow, operationOf: [0] };
    });
    const counts = this.#counts;
    const posts = options.posts ?? false;
    this.site = new CallSite({
      name: "operator.forward",
      seed,
      clock,
      routes: new RouteChoice(routes, mode, posts, seed, "operator.forward", counts),
      policies,
      limitMs,
      silenceCause: "bank-delay",
      counts,
      life,
    });
  }

  /** The only service, or the first. */
  get bank(): ScriptedTransport {
    return this.bankAt(0);
  }

  bankAt(place: number): ScriptedTransport {
    const bank = this.banks[place];
    if (bank === undefined) throw new Error(`there is no service ${place}`);
    return bank;
  }

  /** What the policies did, by the names of a report. */
  get counts(): ReturnType<PolicyCounts["read"]> {
    return this.#counts.read();
  }

  /** Makes one call now. @param index - Which activation. */
  call(index = 0, { attempt = 0, deadlineMs = Number.POSITIVE_INFINITY } = {}): Made {
    const owner = new Owner(this.clock);
    const trail = new CountingTrail();
    owner.isCalling = true;
    const payment = new Payment(7, index, index, 100, trail);
    this.site.call(owner, payment, 0, attempt, deadlineMs, null, null);
    owner.isCalling = false;
    return { owner, trail };
  }
}

export type Made = { readonly owner: Owner; readonly trail: CountingTrail };
