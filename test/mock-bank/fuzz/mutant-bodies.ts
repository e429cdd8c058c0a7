import type { Mutant, Origin } from "./mutant.ts";
import { mutateBytes } from "./mutant-bytes.ts";
import { bodyOf, requestOf, type Sender } from "./sender.ts";

/** What may stand where a value belongs. */
const oddities = [
  ...(["null", "true", "false", "[]", "{}", '""', "0", "-0", "-1", "1.5", "1e999", "1e3"] as const),
  ...([
    "9007199254740993",
    '"\\u0000"',
    '"true"',
    "[[[[[[[[[[]]]]]]]]]]",
    '{"a":{"a":{}}}',
  ] as const),
  `"${"x".repeat(300)}"`,
] as const;

const names = ["merchant", "amountMinor", "link", "captcha", "code", "terminalMs"] as const;
const oddNames = ["__proto__", "constructor", "Link", "link ", "", "toString", "captcha\\u0000"];

/** Members, as they are written: a name may come twice. */
type Member = readonly [name: string, value: string];

function edit(members: Member[], { luck }: Origin): void {
  const at = luck.below(members.length);
  const [name, value] = members[at] ?? ["", "0"];
  const odd = luck.oneOf(oddities);
  const oddName = luck.oneOf(["extra", ...oddNames]);
  const edits: readonly [() => void, ...(() => void)[]] = [
    () => members.splice(at, 1),
    () => members.splice(at, 1, [name, odd]),
    () => members.push([name, odd]),
    () => members.unshift([name, odd]),
    () => members.splice(at, 1, [oddName, value]),
    () => members.push([oddName, odd]),
    () => members.splice(at, 1, [name, `"${value.replaceAll('"', "")}"`]),
    () => members.splice(at, 1, [name, value.replaceAll('"', "")]),
    () => members.splice(at, 1, [name, `[${value}]`]),
  ];
  luck.oneOf(edits)();
}

/** A body whose members are edited, or whose bytes are. */
function mutateBody(body: string, origin: Origin): Buffer {
  const { luck } = origin;
  if (luck.below(5) === 0) return mutateBytes(Buffer.from(body), luck);
  const parsed: Readonly<Record<string, unknown>> = JSON.parse(body);
  const members: Member[] = names.map((name) => [name, JSON.stringify(parsed[name])]);
  for (let count = 1 + luck.below(3); count > 0 && members.length > 0; count -= 1) {
    edit(members, origin);
  }
  const text = members.map(([name, value]) => `"${name}":${value}`).join(luck.oneOf([",", " , "]));
  const whole = luck.below(20) === 0 ? luck.oneOf([`[{${text}}]`, text, `{${text}`]) : `{${text}}`;
  return Buffer.from(whole);
}

/** Whether a body still shows all that is checked, and asks for the same. */
function asksTheSame(body: Buffer, victim: Sender): boolean {
  let read: unknown;
  try {
    read = JSON.parse(body.toString());
  } catch {
    return false; // No JSON: it can be no repeat.
  }
  if (typeof read !== "object" || read === null) return false;
  const members: Readonly<Record<string, unknown>> = { ...read };
  const { merchant, link, code } = victim;
  const same = { merchant, link, code, captcha: true };
  return Object.entries(same).every(([name, value]) => Object.is(members[name], value));
}

/** The request of the victim with another body, under its own key or under a fresh one. */
export function mutantBody(origin: Origin): Mutant {
  const { luck, victim, fresh } = origin;
  const body = mutateBody(bodyOf(victim), origin);
  const isOwnKey = luck.below(2) === 0;
  return {
    kind: `body under ${isOwnKey ? "its own" : "a fresh"} key`,
    bytes: requestOf(isOwnKey ? victim.index : fresh.index, body),
    mayRepeat: isOwnKey && asksTheSame(body, victim),
  };
}
