import type { Dice } from "./dice.ts";

/** A part of a scenario, as its file says it. Keys without a value are left out. */
export type Written = { readonly [key: string]: unknown };

/**
 * Remedies of one call, each there or not. All are set so tight that they act within seconds.
 *
 * @param replicas - Of each service that it may reach.
 * @param mayHedge - Whether nothing that it asks for posts.
 * @param hasSpare - Whether it fails over: a breaker and retries are what makes it.
 */
export function randomCallPolicies(
  dice: Dice,
  replicas: readonly number[],
  { mayHedge, hasSpare }: { readonly mayHedge: boolean; readonly hasSpare: boolean },
): Written {
  return {
    balancer: dice.maybe(80, () => balancer(dice, replicas)),
    deadline: dice.maybe(25, () => dice.duration(dice.oneOf(400, 150, 40))),
    retry: dice.maybe(hasSpare ? 60 : 35, () => retry(dice)),
    breaker: dice.maybe(hasSpare ? 60 : 25, () => breaker(dice)),
    bulkhead: dice.maybe(20, () => bulkhead(dice)),
    hedge: mayHedge ? dice.maybe(60, () => hedge(dice)) : undefined,
    throttle: dice.maybe(15, () => ({
      k: dice.oneOf("2x", "1x", "1.2x"),
      window: dice.time(100, 3_000),
    })),
    ejection: dice.maybe(25, () => ejection(dice)),
    health: dice.maybe(25, () => health(dice)),
  };
}

function balancer(dice: Dice, replicas: readonly number[]): unknown {
  const [count = 1] = replicas;
  const named = ["round-robin", "random", "least-requests", "p2c", "peak-ewma", "sticky"] as const;
  const kind = dice.oneOf(...named, "weighted", "choices", "decay");
  if (kind === "choices") return { p2c: { choices: dice.whole(2, 5) } };
  if (kind === "decay") return { "peak-ewma": { decay: dice.time(10, 2_000) } };
  if (kind !== "weighted") return kind;
  if (replicas.some((it) => it !== count)) return "round-robin";
  const first = dice.whole(1, 3);
  return {
    weighted: Array.from({ length: count }, (_, i) => (i === 0 ? first : dice.whole(0, 3))),
  };
}

function retry(dice: Dice): Written {
  const reasons = ["timeout", "refused", "broken", "rejected", "retriable"];
  return {
    attempts: dice.maybe(60, () => dice.whole(2, 6)),
    on: dice.maybe(60, () => dice.some(reasons)),
    backoff: dice.maybe(85, () => backoff(dice)),
    budget: dice.maybe(50, () => ({
      share: dice.maybe(60, () => dice.share(0, 40)),
      floor: dice.maybe(60, () => dice.oneOf("0/s", "2/s", "20/s")),
      window: dice.maybe(60, () => dice.time(200, 3_000)),
    })),
  };
}

function backoff(dice: Dice): unknown {
  return dice.oneOf<() => unknown>(
    () => ({ constant: { wait: dice.time(0, 100) } }),
    () => "exponential",
    () => "constant",
    () => ({ random: dice.duration(20) }),
    () => ({
      exponential: {
        base: dice.time(1, 50),
        factor: dice.maybe(50, () => dice.factor(1, 3)),
        max: dice.maybe(50, () => dice.time(50, 500)),
        jitter: dice.oneOf("none", "equal", "full", "decorrelated"),
      },
    }),
  )();
}

function breaker(dice: Dice): Written {
  return {
    failures: dice.maybe(80, () => dice.share(5, 60)),
    slow: dice.maybe(40, () => ({ share: dice.share(20, 80), above: dice.time(20, 300) })),
    window: dice.oneOf<() => unknown>(
      () => ({ calls: dice.whole(1, 20) }),
      () => ({ time: dice.time(100, 2_000) }),
    )(),
    least: dice.maybe(80, () => dice.whole(1, 10)),
    open: dice.maybe(90, () => dice.time(20, 1_000)),
    probes: dice.maybe(80, () => dice.whole(1, 4)),
  };
}

function bulkhead(dice: Dice): Written {
  const waits = dice.chance(50);
  return {
    limit: dice.whole(1, 8),
    queue: waits ? dice.whole(1, 10) : undefined,
    wait: waits ? dice.time(1, 200) : undefined,
  };
}

function hedge(dice: Dice): Written {
  return {
    after: dice.oneOf("10ms", "40ms", "p50", "p95"),
    extra: dice.maybe(50, () => dice.whole(1, 3)),
    budget: dice.maybe(50, () => ({ share: dice.share(0, 30), burst: dice.whole(1, 10) })),
  };
}

function ejection(dice: Dice): Written {
  const judged = (): Written => ({ hosts: dice.whole(1, 3), volume: dice.whole(1, 10) });
  return {
    consecutive: dice.maybe(80, () => dice.whole(1, 4)),
    base: dice.time(20, 800),
    max: dice.maybe(50, () => dice.time(800, 3_000)),
    most: dice.maybe(60, () => dice.share(0, 100)),
    interval: dice.maybe(80, () => dice.time(100, 1_000)),
    failures: dice.maybe(40, () => ({ share: dice.share(5, 80), ...judged() })),
    deviation: dice.maybe(40, () => ({ factor: dice.oneOf("0.5x", "1x"), ...judged() })),
  };
}

function health(dice: Dice): Written {
  const every = dice.whole(50, 600);
  return {
    every: `${every}ms`,
    timeout: dice.time(5, every),
    unhealthy: dice.maybe(80, () => dice.whole(1, 3)),
    healthy: dice.maybe(80, () => dice.whole(1, 3)),
  };
}

/** What a stage does with those who wait before it. */
export function randomLine(dice: Dice, operations: readonly string[]): Written {
  const limit = dice.maybe(60, () => dice.whole(0, 40));
  const queue = dice.oneOf<() => unknown>(
    () => undefined,
    () => dice.whole(0, 40),
    () => ({
      limit,
      lifo: dice.maybe(50, () => ({ above: dice.maybe(50, () => dice.whole(0, 10)) })),
      priority: dice.maybe(50, () =>
        dice.chance(50)
          ? { journeys: dice.some(operations) }
          : { amounts: dice.some([1_000, 100, 20, 5]) },
      ),
      codel: dice.maybe(50, () => ({
        target: dice.time(1, 20),
        interval: dice.time(20, 200),
      })),
    }),
  )();
  const shed = dice.maybe(25, () => {
    const [byQueue, byDeadline] = dice.oneOf([true, false], [false, true], [true, true]);
    return {
      queue: byQueue ? dice.whole(1, 20) : undefined,
      deadline: byDeadline ? true : undefined,
    };
  });
  return { queue, shed };
}

/** What a replica turns away at its door. */
export function randomDoor(dice: Dice): Written {
  const bounds = (): Written => {
    const [min, more] = [dice.whole(1, 5), dice.whole(0, 5)];
    return { initial: min + more, min, max: min + more + dice.whole(0, 10) };
  };
  return {
    rateLimit: dice.maybe(15, () => ({
      rate: `${dice.whole(5, 60)}/s`,
      burst: dice.maybe(50, () => dice.whole(1, 20)),
    })),
    adaptiveLimit: dice.maybe(20, () =>
      dice.oneOf<() => unknown>(
        () => ({ gradient: { ...bounds(), longWindow: dice.whole(1, 100) } }),
        () => ({ aimd: { ...bounds(), above: dice.time(20, 400), backoff: dice.share(50, 99) } }),
        () => ({}),
      )(),
    ),
  };
}

/** Keeps what cannot be delivered. */
export function randomStore(dice: Dice): Written {
  return {
    when: dice.oneOf("failure", "always"),
    limit: dice.maybe(50, () => dice.whole(1, 50)),
    every: dice.time(20, 1_000),
    parallel: dice.maybe(50, () => dice.whole(1, 8)),
    attempts: dice.maybe(60, () => dice.whole(1, 5)),
  };
}
