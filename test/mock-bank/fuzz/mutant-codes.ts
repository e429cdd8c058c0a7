import { changed, type Mutant, type Origin } from "./mutant.ts";
import { bodyOf, codeOf, requestOf } from "./sender.ts";

/** Other scripts have digits too. */
const arabicZero = "٠".charCodeAt(0);

const kinds: Readonly<Record<string, (origin: Origin) => string>> = {
  "digit replaced": ({ luck, fresh }) => {
    const at = luck.below(6);
    return fresh.code.slice(0, at) + luck.below(10) + fresh.code.slice(at + 1);
  },
  guessed: ({ luck }) => String(luck.below(1_000_000)).padStart(6, "0"),
  "cut short": ({ luck, fresh }) => fresh.code.slice(0, luck.below(6)),
  "made longer": ({ luck, fresh }) => fresh.code + luck.oneOf(["0", " ", "\n", "\0", "e0", ".0"]),
  "led by more": ({ luck, fresh }) => luck.oneOf(["0", " ", "+", "-", "0x"]) + fresh.code,
  "in other digits": ({ fresh }) =>
    fresh.code.replace(/\d/g, (digit) => String.fromCharCode(arabicZero + Number(digit))),
  "another merchant's": ({ keys, luck, step, fresh }) =>
    codeOf(keys, fresh.merchant + 1 + luck.below(50), step),
  "too old": ({ keys, luck, step, fresh }) =>
    codeOf(keys, fresh.merchant, step - 4 - luck.below(2_000)),
  "too early": ({ keys, luck, step, fresh }) =>
    codeOf(keys, fresh.merchant, step + 4 + luck.below(2_000)),
};

export const codeKinds = Object.keys(kinds);

/** The fresh sender's request, and only its code is not what it should be. */
export function mutantCode(origin: Origin): Mutant {
  const { keys, luck, step, fresh } = origin;
  const kind = codeKinds[luck.below(codeKinds.length)] ?? "";
  // A guess may be right: then it is no mutant. A step more may have begun when it is read.
  const isRight = (it: string) =>
    /^\d{6}$/.test(it) &&
    [-2, -1, 0, 1, 2, 3].some((by) => codeOf(keys, fresh.merchant, step + by) === it);
  const code = changed(fresh.code, () => {
    const it = kinds[kind]?.(origin) ?? "";
    return isRight(it) ? fresh.code : it;
  });
  const body = bodyOf({ ...fresh, code });
  return { kind: `code ${kind}`, bytes: requestOf(fresh.index, body), mayRepeat: false };
}
