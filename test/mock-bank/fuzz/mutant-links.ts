import { credentialKeys } from "../../../src/live/credentials-wire.ts";
import { changed, type Mutant, type Origin } from "./mutant.ts";
import { bodyOf, linkOf, requestOf } from "./sender.ts";

const anotherRun = credentialKeys("another run");
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A token with some bits of its bytes flipped. */
function flipBits({ luck, fresh }: Origin): string {
  const parts = fresh.link.split(".").map((it) => Buffer.from(it, "base64url"));
  for (let count = 1 + luck.below(3); count > 0; count -= 1) {
    const bytes = parts[luck.below(2)] ?? Buffer.alloc(1);
    const at = luck.below(bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << luck.below(8)), at);
  }
  return parts.map((it) => it.toString("base64url")).join(".");
}

/** A token with a character of the alphabet, or any other, in the place of one. */
function replaceCharacter({ luck, fresh }: Origin): string {
  const at = luck.below(fresh.link.length);
  const any = luck.oneOf([alphabet.charAt(luck.below(64)), ".", "=", "+", " ", "\n", "é", "\0"]);
  return fresh.link.slice(0, at) + any + fresh.link.slice(at + 1);
}

/** The last character of a part in another spelling of the same bytes. */
function respell({ luck, fresh }: Origin): string {
  const parts = fresh.link.split(".");
  const place = luck.below(2);
  const part = parts[place] ?? "";
  const value = alphabet.indexOf(part.slice(-1));
  parts[place] = part.slice(0, -1) + alphabet.charAt((value & 0b11_0000) + luck.below(16));
  return parts.join(".");
}

function swapHalves({ luck, fresh, victim }: Origin): string {
  const [payload = "", signature = ""] = fresh.link.split(".");
  const [otherPayload = "", otherSignature = ""] = victim.link.split(".");
  return luck.oneOf([
    `${payload}.${otherSignature}`,
    `${otherPayload}.${signature}`,
    `${signature}.${payload}`,
    `${payload}.${payload.slice(0, signature.length)}`,
  ]);
}

const kinds: Readonly<Record<string, (origin: Origin) => string>> = {
  "bits flipped": flipBits,
  "character replaced": replaceCharacter,
  "spelt otherwise": respell,
  "halves swapped": swapHalves,
  "cut short": ({ luck, fresh }) => fresh.link.slice(0, luck.below(fresh.link.length)),
  "made longer": ({ luck, fresh }) =>
    fresh.link + luck.oneOf(["A", "=", ".", " ", "\n", "A".repeat(99)]),
  "another merchant's": ({ keys, luck, fresh }) =>
    linkOf(keys, fresh.index, fresh.merchant + 1 + luck.below(50)),
  "used by another": ({ victim }) => victim.link,
  "used before the run": ({ keys, luck, fresh }) =>
    linkOf(keys, luck.below(64), fresh.merchant, { nonceStream: -1 }),
  expired: ({ keys, luck, fresh }) =>
    linkOf(keys, fresh.index, fresh.merchant, { expiresMs: -luck.below(1e9) }),
  "signed by a forger": ({ keys, fresh }) =>
    linkOf(keys, fresh.index, fresh.merchant, { isSigned: false }),
  "of another run": ({ fresh }) => linkOf(anotherRun, fresh.index, fresh.merchant),
};

export const linkKinds = Object.keys(kinds);

/** The fresh sender's request, and only its link is not what it should be. */
export function mutantLink(origin: Origin): Mutant {
  const { luck, fresh, victim } = origin;
  const kind = linkKinds[luck.below(linkKinds.length)] ?? "";
  const link = changed(fresh.link, () => kinds[kind]?.(origin) ?? "");
  // A used link is its own merchant's: nothing else is wrong with it.
  const merchant = kind === "used by another" ? victim.merchant : fresh.merchant;
  const code = kind === "used by another" ? victim.code : fresh.code;
  const body = bodyOf({ ...fresh, link, merchant, code });
  return { kind: `link ${kind}`, bytes: requestOf(fresh.index, body), mayRepeat: false };
}
