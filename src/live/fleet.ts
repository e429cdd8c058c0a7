import { serviceOf } from "../chain/build.ts";
import type { Span } from "../chain/traffic.ts";
import type { Scenario } from "../scenario/schema.ts";
import { Child } from "./child.ts";
import type { Endpoints, ReplicaRecord } from "./messages.ts";

/** One running replica of a service. */
export type FleetMember = {
  readonly service: string;
  readonly number: number;
  readonly child: Child;
};

export type FleetOptions = {
  readonly scenario: Scenario;
  readonly seed: string;
  readonly span: Span;
  /** The database of a service's ledger. */
  readonly ledgerFile: (service: string) => string;
  /** The services to start; what they call must be among them, or in `endpoints`. */
  readonly services: readonly string[];
  readonly endpoints?: Endpoints;
};

/** The replicas of a chain, each a process of its own, started from the far end of the chain on. */
export class Fleet {
  readonly members: FleetMember[] = [];
  readonly endpoints: Record<string, { readonly host: string; readonly port: number }[]> = {};

  /**
   * Starts every replica and waits until it says that it is ready.
   *
   * @throws {RunError} when one cannot be started; those that were are ended first.
   */
  static async start(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet();
    Object.assign(fleet.endpoints, options.endpoints);
    try {
      // Processes take longest to boot: they all do at once, and are then set up one by one.
      for (const service of options.services) fleet.#bootService(service, options.scenario);
      for (const service of calledFirst(options.scenario, options.services)) {
        await fleet.#configureService(service, options);
      }
    } catch (error) {
      await fleet.end();
      throw error;
    }
    return fleet;
  }

  /** Rejects when a replica dies or fails. */
  get failure(): Promise<never> {
    return Promise.race(this.members.map(({ child }) => child.failure));
  }

  beginRun(epochMs: number): void {
    for (const { child } of this.members) child.tell({ kind: "start", epochMs });
  }

  /** What every replica recorded. */
  async finish(): Promise<{ readonly member: FleetMember; readonly record: ReplicaRecord }[]> {
    return Promise.all(
      this.members.map(async (member) => {
        const heard = member.child.hear("record");
        member.child.tell({ kind: "finish" });
        return { member, record: (await heard).record };
      }),
    );
  }

  async end(): Promise<void> {
    await Promise.all(this.members.map(({ child }) => child.end()));
  }

  #bootService(service: string, scenario: Scenario): void {
    for (let number = 1; number <= serviceOf(scenario, service).replicas; number += 1) {
      const child = new Child(`${service}#${number}`, "mock-bank/replica-main.js");
      this.members.push({ service, number, child });
    }
  }

  /** Hands each replica its part; what it calls must be up already. */
  async #configureService(service: string, options: FleetOptions): Promise<void> {
    const { scenario, seed, span, ledgerFile } = options;
    const members = this.members.filter((it) => it.service === service);
    this.endpoints[service] = await Promise.all(
      members.map(async ({ number, child }) => {
        await child.booted;
        const ready = child.hear("ready");
        child.tell({
          kind: "configure-replica",
          config: {
            scenario,
            seed,
            span,
            service,
            number,
            endpoints: this.endpoints,
            ledgerFile: ledgerFile(service),
            isRemoteAllowed: false,
          },
        });
        return { host: "127.0.0.1", port: (await ready).port };
      }),
    );
  }
}

/** The services in an order in which each comes after those that it calls. */
function calledFirst(scenario: Scenario, services: readonly string[]): string[] {
  const order: string[] = [];
  const visit = (service: string): void => {
    if (order.includes(service) || !services.includes(service)) return;
    for (const { call } of Object.values(serviceOf(scenario, service).stages)) {
      if (call !== undefined) visit(call.to);
    }
    order.push(service);
  };
  for (const service of services) visit(service);
  return order;
}

/** The services that a set of services calls, directly or through others. */
export function servicesBehind(scenario: Scenario, service: string): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    for (const { call } of Object.values(serviceOf(scenario, name).stages)) {
      if (call === undefined || found.has(call.to)) continue;
      found.add(call.to);
      visit(call.to);
    }
  };
  visit(service);
  return [...found];
}
