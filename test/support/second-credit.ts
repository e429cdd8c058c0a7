import { parseFaultTarget } from "../../src/fault/fault.ts";
import type { Scenario } from "../../src/scenario/schema.ts";

/**
 * Whether two banks may both credit one activation. It takes a failover between them, and something
 * of which the caller that fails over knows nothing: what another replica asked, or the one that
 * was killed; or a copy of its request. Or a bank that posts every repeat.
 */
export function mayCreditTwice({ services, faults }: Scenario): boolean {
  const all = Object.entries(services);
  const banks = all.filter(([, { stages }]) => Object.values(stages).some((it) => it.posts));
  const callers = all.filter(([, { stages }]) =>
    Object.values(stages).some(({ call }) => {
      return typeof call?.to === "object" && "failover" in call.to;
    }),
  );
  if (banks.some(([, { idempotency }]) => idempotency.keeps === "nothing")) return true;
  if (banks.length < 2 || callers.length === 0) return false;
  const isKilled = (service: string) =>
    faults.some((it) => it.down === "crash" && parseFaultTarget(it.on)?.service === service);
  return (
    callers.some(([name, { replicas }]) => replicas > 1 || isKilled(name)) ||
    faults.some((it) => it.duplicate !== undefined)
  );
}

/** Whether a reversal may come to another bank than the payment did. */
export function reachesSeveralBanks({ services }: Scenario): boolean {
  return Object.values(services).some(({ stages }) =>
    Object.values(stages).some(({ call }) => typeof call?.to === "object"),
  );
}
