import type { Dice } from "./dice.ts";
import { randomFault } from "./random-faults.ts";
import {
  merchantsName,
  randomBank,
  randomChecks,
  randomLinks,
  randomMerchants,
  randomPages,
  randomPoll,
  randomReconciliation,
  randomReversal,
} from "./random-money.ts";
import {
  randomCallPolicies,
  randomDoor,
  randomLine,
  randomStore,
  type Written,
} from "./random-policies.ts";

const durationMs = 5_000;

/** How the services behind the operator call each other. */
type Shape = {
  /** In the order in which requests reach them, the operator first. */
  readonly services: readonly string[];
  /** Whom a service may reach by its calls; none: it posts itself. */
  readonly targets: ReadonlyMap<string, readonly string[]>;
  readonly isFailover: boolean;
  /** Who closes batches with the one bank that it calls; absent: nobody does. */
  readonly reconciler?: { readonly operator: string; readonly bank: string };
};

/**
 * A scenario of five seconds that the loader takes: any chain, under any remedies and faults. A bank
 * stands behind the operator, or two and three side by side, or one behind the other.
 */
export function randomScenario(dice: Dice): Written {
  const shape = withReconciler(dice, randomShape(dice));
  const replicas = new Map(shape.services.map((it) => [it, dice.whole(1, 3)]));
  const hasMerchants = dice.chance(40);
  const services = new Map(
    shape.services.map((it) => [it, randomService(dice, it, shape, replicas, hasMerchants)]),
  );
  if (hasMerchants) services.set(merchantsName, randomMerchants(dice));
  const posting = shape.services.filter((it) => !shape.targets.has(it));
  const traffic = randomTraffic(dice, replicas, posting);
  const streams = [...traffic.keys()];
  const paced = streams.filter((it) => !Object.hasOwn(traffic.get(it)?.arrivals ?? {}, "closed"));
  const links = [
    ["terminal", "operator"] as const,
    ...[...shape.targets].flatMap(([from, tos]) => tos.map((to) => [from, to] as const)),
    ...(hasMerchants ? posting.map((from) => [from, merchantsName] as const) : []),
  ];
  const places = {
    services: new Map(
      [...services].map(([name, it]) => {
        return [name, { replicas: replicas.get(name) ?? 1, stages: Object.keys(it.stages) }];
      }),
    ),
    sick: dice.oneOf("operator", ...shape.services.slice(1)),
    links,
    paced,
    isAllPaced: paced.length === streams.length,
    shown: streams.filter((it) => traffic.get(it)?.links !== undefined),
  };
  const faultCount = dice.whole(0, 6);
  return {
    name: "random",
    seed: dice.whole(0, 1_000_000),
    duration: `${durationMs}ms`,
    drain: dice.oneOf("20s", "3s", "0s"),
    promise: dice.oneOf("5s", "1s", "200ms"),
    traffic: Object.fromEntries(traffic),
    network: Object.fromEntries(
      links.filter(() => dice.chance(60)).map((ends) => [ends.join("-"), randomLink(dice)]),
    ),
    services: Object.fromEntries(services),
    advance: dice.maybe(30, () => ({
      after: dice.time(50, 3_000),
      fee: dice.maybe(50, () => dice.share(0, 5)),
    })),
    faults: Array.from({ length: faultCount }, () => randomFault(dice, places, durationMs)),
  };
}

function randomShape(dice: Dice): Shape {
  const kind = dice.oneOf("tandem", "side by side", "side by side", "diamond");
  const isFailover = dice.chance(65);
  const names = ["bank", "second", "third"].slice(0, dice.whole(kind === "tandem" ? 1 : 2, 3));
  if (kind === "tandem") {
    const services = ["operator", ...names];
    const calls = names.map((to, i) => [services[i] ?? "operator", [to]] as const);
    return { services, targets: new Map(calls), isFailover };
  }
  if (kind === "side by side") {
    const targets = new Map([["operator", names]]);
    return { services: ["operator", ...names], targets, isFailover };
  }
  const services = ["operator", "bank", "second", "core"];
  const targets = new Map([
    ["operator", ["bank", "second"]],
    ["bank", ["core"]],
    ["second", ["core"]],
  ]);
  return { services, targets, isFailover };
}

/** Whoever calls a single bank may close its batches, if nobody else does. */
function withReconciler(dice: Dice, shape: Shape): Shape {
  const single = [...shape.targets].filter(([, tos]) => tos.length === 1);
  const banks = single.filter(([, [to = ""]]) => !shape.targets.has(to));
  const [[operator, [bank = ""]] = ["", []]] = banks;
  if (banks.length !== 1 || !dice.chance(60)) return shape;
  return { ...shape, reconciler: { operator, bank } };
}

type Service = { readonly stages: Written } & Written;

/**
 * It can be asked to `pay`, which posts in the end, for the `status`, which does not, to `look`
 * whether a credit stands, to `reverse` it, and, at its gate, to `open` a link.
 */
function randomService(
  dice: Dice,
  name: string,
  { targets, isFailover, reconciler }: Shape,
  replicas: ReadonlyMap<string, number>,
  hasMerchants: boolean,
): Service {
  const tos = targets.get(name);
  const isReconciled = reconciler?.bank === name;
  const gate = { checks: name === "operator" ? randomChecks(dice) : undefined };
  const stages: Record<string, unknown> = {
    check: randomStage(dice, {}),
    gate: randomStage(dice, gate),
  };
  const pay = ["check"];
  const status = ["check"];
  const look: string[] = [];
  const reverse: string[] = [];
  const settle: string[] = [];
  const add = (stage: string, more: Written, ...operations: readonly string[][]): void => {
    stages[stage] = randomStage(dice, more);
    for (const it of operations) it.push(stage);
  };
  if (dice.chance(40)) add("vet", {}, pay);
  if (tos === undefined) {
    add("post", { posts: true }, pay);
    add("seek", { reads: true }, look);
    add("undo", { reverses: true }, reverse);
    if (isReconciled) add("batch", { reconciles: true }, settle);
    // What fails behind the posting stage leaves a credit that the caller knows nothing of.
    if (dice.chance(15)) add("receipt", {}, pay);
  } else {
    const call = (mayHedge: boolean, more: Written): Written => ({
      release: dice.maybe(40, () => true),
      call: randomCall(dice, tos, isFailover, replicas, mayHedge, more),
    });
    if (dice.chance(70)) {
      const asks = dice.chance(40) ? [pay, status] : [status];
      add("ask", call(true, { operation: "status" }), ...asks);
    }
    add("forward", call(false, { store: dice.maybe(20, () => randomStore(dice)) }), pay, reverse);
    add("seek", call(true, {}), look);
  }
  return {
    replicas: replicas.get(name) ?? 1,
    stages,
    operations: {
      ...{ pay, status, look, reverse, open: ["gate"] },
      ...(isReconciled && { settle }),
    },
    reconciliation:
      reconciler?.operator === name ? randomReconciliation(dice, reconciler.bank) : undefined,
    rejects: dice.maybe(30, () => ({ "05": dice.share(0, 20), "51": dice.share(0, 20) })),
    ...(tos === undefined ? randomBank(dice, hasMerchants, isReconciled) : {}),
    ...randomDoor(dice),
  };
}

function randomStage(dice: Dice, more: Written): Written {
  return {
    workers: dice.oneOf(4, 1, 2, 8, 16),
    ...randomLine(dice, ["pay", "status"]),
    time: dice.maybe(90, () => dice.duration(dice.oneOf(5, 0, 20, 60))),
    ...more,
  };
}

function randomCall(
  dice: Dice,
  tos: readonly string[],
  isFailover: boolean,
  replicas: ReadonlyMap<string, number>,
  mayHedge: boolean,
  more: Written,
): Written {
  const [first = ""] = tos;
  const hasSpare = isFailover && tos.length > 1;
  const several = isFailover
    ? { failover: tos }
    : { weights: Object.fromEntries(tos.map((it) => [it, dice.whole(1, 4)])) };
  const counts = tos.map((it) => replicas.get(it) ?? 1);
  return {
    to: tos.length === 1 ? first : several,
    timeout: dice.maybe(70, () => dice.time(20, hasSpare ? 150 : 500)),
    ...randomCallPolicies(dice, counts, { mayHedge, hasSpare }),
    ...more,
  };
}

function randomLink(dice: Dice): Written {
  return {
    latency: dice.duration(dice.oneOf(4, 0, 15)),
    loss: dice.maybe(40, () => dice.oneOf("1%", "5%", "40%")),
  };
}

type Stream = { readonly arrivals: Written } & Written;

function randomTraffic(
  dice: Dice,
  replicas: ReadonlyMap<string, number>,
  posting: readonly string[],
): ReadonlyMap<string, Stream> {
  const streams = new Map<string, Stream>();
  const add = (
    name: string,
    service: string,
    mayHedge: boolean,
    what: Written,
    canReverse: boolean,
  ): void => {
    streams.set(name, {
      ...what,
      arrivals: randomArrivals(dice),
      merchants: dice.maybe(50, () =>
        dice.oneOf<unknown>(dice.whole(1, 100), {
          count: 50,
          heavy: { share: "10%", traffic: "70%" },
        }),
      ),
      amount: dice.maybe(30, () => dice.oneOf<unknown>(50, { uniform: { min: 1, max: 2_000 } })),
      timeout: dice.maybe(30, () => dice.time(20, 1_000)),
      reversal: canReverse ? dice.maybe(50, () => randomReversal(dice)) : undefined,
      patience: dice.maybe(60, () => ({
        poll: canReverse ? dice.maybe(40, () => randomPoll(dice)) : undefined,
        wait: dice.time(50, 2_000),
        retries: dice.maybe(70, () => dice.whole(0, 3)),
        pause: dice.maybe(70, () => dice.time(1, 500)),
      })),
      ...randomCallPolicies(dice, [replicas.get(service) ?? 1], { mayHedge, hasSpare: false }),
    });
  };
  const opens = dice.chance(50);
  const shows = opens
    ? { links: randomLinks(dice), pages: dice.maybe(60, () => randomPages(dice)) }
    : {};
  add("pays", "operator", false, { journey: opens ? ["open", "pay"] : "pay", ...shows }, true);
  if (dice.chance(50)) add("asks", "operator", true, { journey: "status" }, false);
  if (dice.chance(25)) {
    const [bank = "", ...banks] = posting;
    const service = dice.oneOf(bank, ...banks);
    add("direct", service, false, { calls: `${service}.pay` }, true);
  }
  return streams;
}

function randomArrivals(dice: Dice): Written {
  const rate = dice.whole(10, 120);
  const kind = dice.oneOf("poisson", "even", "curve", "profile", "closed");
  const peak = `${2 * rate}/s`;
  if (kind === "poisson" || kind === "even") return { [kind]: { rate: `${rate}/s` } };
  if (kind === "profile") return { profile: { counts: [1, 5, 2], every: "900ms", peak } };
  if (kind === "closed") {
    return { closed: { terminals: dice.whole(1, 20), think: dice.duration(100) } };
  }
  const points = [
    ["0s", "1/s"],
    ["2s", peak],
    ["3s", "5/s"],
  ];
  return { curve: { points, spacing: dice.oneOf("poisson", "even") } };
}
