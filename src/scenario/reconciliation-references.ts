import { targetsOf } from "./call-references.ts";
import { nearestHint } from "./nearest.ts";
import { reachesStage } from "./policy-references.ts";
import {
  childOf,
  entriesOf,
  type Found,
  itemsOf,
  type MapNode,
  namesOf,
  type SourceNode,
  textOf,
} from "./source-tree.ts";

type Kind = "posts" | "reads" | "reconciles";

/** Checks what the schema cannot see of the exchange of totals between an operator and its bank. */
export function checkReconciliations(services: MapNode): readonly Found[] {
  const operators = entriesOf(services).flatMap(([name, { value }]) => {
    const node = childOf(value, "reconciliation");
    return node === undefined ? [] : [{ name, node }];
  });
  const seen = new Map<string, string>();
  return [
    ...operators.flatMap(({ name, node }) => {
      const found = checkOne(name, node, services);
      if (found.length > 0) return found;
      const bank = textOf(childOf(node, "with")) ?? "";
      const first = seen.get(bank);
      seen.set(bank, name);
      return first === undefined ? [] : [twoOperators(name, first, bank, node)];
    }),
    ...checkStages(services),
  ];
}

function checkOne(operator: string, node: SourceNode, services: MapNode): readonly Found[] {
  const of = `services.${operator}.reconciliation`;
  const withNode = childOf(node, "with");
  const bank = textOf(withNode);
  if (withNode === undefined || bank === undefined) return [];
  const { offset } = withNode;
  const others = [...services.entries.keys()].filter((it) => it !== operator);
  if (!others.includes(bank)) {
    const what = `${of}.with: no other service is called ${bank}`;
    return [{ offset, what, hint: nearestHint(bank, others, "add the service") }];
  }
  const bankNode = services.entries.get(bank)?.value;
  if (childOf(bankNode, "settlement") === undefined) {
    const what = `${of}.with: ${bank} does not settle in batches, so that there is nothing to close`;
    return [{ offset, what, hint: `add settlement: { every: 1h } to services.${bank}` }];
  }
  const banks = banksOf(operator, services);
  if (!banks.includes(bank)) {
    const what = `${of}.with: no stage of ${operator} calls ${bank} for an operation that posts`;
    const hint = banks.length === 0 ? `call ${bank} from a stage` : `write ${banks.join(" or ")}`;
    return [{ offset, what, hint }];
  }
  if (banks.length > 1) {
    const names = banks.join(" and ");
    const what =
      `${of}: ${operator} has payments with ${names}, and its book does not say which ` +
      "bank has which: no total of it would ever agree";
    return [{ offset, what, hint: "reconcile at a service that calls one bank, or remove it" }];
  }
  return [
    ...checkOperation(`${of}.totals`, node, "totals", "settle", "reconciles", bank, services),
    ...checkOperation(`${of}.upload`, node, "upload", "status", "reads", bank, services),
  ];
}

/** The services that hold, or pass on, the payments of a service. */
function banksOf(operator: string, services: MapNode): readonly string[] {
  const node = services.entries.get(operator)?.value;
  const banks = entriesOf(childOf(node, "stages")).flatMap(([stage, { value }]) => {
    const call = childOf(value, "call");
    const asked = textOf(childOf(call, "operation"));
    const running = entriesOf(childOf(node, "operations"))
      .filter(([, list]) => itemsOf(list.value).some((item) => textOf(item) === stage))
      .map(([name]) => name);
    return targetsOf(childOf(call, "to"))
      .map(({ to }) => to)
      .filter((to) =>
        (asked === undefined ? running : [asked]).some((it) =>
          reachesStage(services, to, it, "posts"),
        ),
      );
  });
  return [...new Set(banks)];
}

/** The bank itself must do it: the books that are compared are its own. */
function checkOperation(
  of: string,
  node: SourceNode,
  key: string,
  usual: string,
  kind: Kind,
  bank: string,
  services: MapNode,
): readonly Found[] {
  const written = childOf(node, key);
  const operation = textOf(written) ?? usual;
  const bankNode = services.entries.get(bank)?.value;
  const names = namesOf(childOf(bankNode, "operations"));
  if (names === undefined) return [];
  const { offset } = written ?? node;
  if (!names.includes(operation)) {
    const what = `${of}: ${bank} has no operation ${operation}`;
    const hint = `add ${operation} to services.${bank}.operations, with a stage that ${kind}`;
    return [{ offset, what, hint }];
  }
  if (!hasStage(bankNode, operation, kind)) {
    const what = `${of}: ${bank}.${operation} comes past no stage of ${bank} that ${kind}`;
    return [{ offset, what, hint: `write ${kind}: true at the stage that it is for` }];
  }
  if (!reachesStage(services, bank, operation, "posts")) return [];
  const what = `${of}: ${bank}.${operation} posts a credit, and this only asks`;
  return [{ offset, what, hint: "write an operation of stages that do not post" }];
}

function hasStage(service: SourceNode | undefined, operation: string, kind: Kind): boolean {
  return itemsOf(childOf(childOf(service, "operations"), operation)).some((item) => {
    const flag = childOf(childOf(childOf(service, "stages"), textOf(item) ?? ""), kind);
    return flag?.kind === "scalar" && flag.value === true;
  });
}

function twoOperators(name: string, first: string, bank: string, { offset }: SourceNode): Found {
  const what =
    `services.${name}.reconciliation: ${first} sends its totals to ${bank} too, and ${bank} ` +
    "has one total for both: neither would agree";
  return { offset, what, hint: "remove one of them" };
}

/** A total is that of a batch. */
function checkStages(services: MapNode): readonly Found[] {
  return entriesOf(services).flatMap(([name, { value }]) => {
    if (childOf(value, "settlement") !== undefined) return [];
    return entriesOf(childOf(value, "stages")).flatMap(([stage, it]): readonly Found[] => {
      const flag = childOf(it.value, "reconciles");
      if (flag?.kind !== "scalar" || flag.value !== true) return [];
      const what = `services.${name}.stages.${stage}.reconciles: ${name} does not settle in batches`;
      return [
        { offset: flag.offset, what, hint: `add settlement: { every: 1h } to services.${name}` },
      ];
    });
  });
}
