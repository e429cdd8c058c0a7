import { expect, it } from "vitest";
import { codeStepAt } from "../../src/domain/credentials.ts";
import { monotonicMs } from "../../src/live/wall-clock.ts";
import { startBank } from "./bank-under-test.ts";
import { type Answer, KeptLine, sendAlone, withoutGoOn } from "./fuzz/kept-line.ts";
import { Luck, luckSite } from "./fuzz/luck.ts";
import type { Mutant, Origin } from "./fuzz/mutant.ts";
import { mutantBody } from "./fuzz/mutant-bodies.ts";
import { mutantBytes } from "./fuzz/mutant-bytes.ts";
import { codeKinds, mutantCode } from "./fuzz/mutant-codes.ts";
import { linkKinds, mutantLink } from "./fuzz/mutant-links.ts";
import { bodyOf, requestOf, type Sender, senderOf } from "./fuzz/sender.ts";

/** Brings any failure back, with the number that it names. */
const site = luckSite("credentials");
/** So many senders are approved before, and robbed afterwards. */
const victimCount = 100;
/** A good request is sent after so many mutants. */
const goodEvery = 100;
const lineCount = 16;

const scenario = `name: fuzzed
duration: 1h
traffic: { taps: { calls: bank.activate, arrivals: { even: { rate: 1/s } }, links: {} } }
services:
  bank:
    stages:
      check:
        workers: 64
        checks: [signature, expiry, single-use, captcha, second-factor]
      post: { workers: 64, posts: true }
    operations: { activate: [check, post] }
`;

/** 0: the server hung up. 504: the deadline of a request was mutated away. Never 500. */
const allowedStatuses = new Set([0, 200, 400, 404, 405, 408, 413, 415, 417, 431, 504]);

/** Mutants of one making, 100,000 in all, and what they have to come past. */
const makings = [
  {
    ...{ why: "bytes of HTTP", make: mutantBytes, mutantCount: 10_000, isAlone: true },
    comesTo: ["63", "00", "400", "404", "hung up"].map((it) => `bytes of HTTP: ${it}`),
  },
  {
    ...{ why: "JSON bodies", make: mutantBody, mutantCount: 25_000, isAlone: false },
    comesTo: [
      ...["63", "12", "00", "400"].map((it) => `body under its own key: ${it}`),
      ...["63", "400"].map((it) => `body under a fresh key: ${it}`),
    ],
  },
  {
    ...{ why: "links", make: mutantLink, mutantCount: 40_000, isAlone: false },
    comesTo: linkKinds.map((it) => `link ${it}: 63`),
  },
  {
    ...{ why: "codes", make: mutantCode, mutantCount: 25_000, isAlone: false },
    comesTo: codeKinds.map((it) => `code ${it}: 63`),
  },
] as const;

// Goal: whatever is mutated, nobody gets past a check, nothing is posted, and the server goes on.
// Method: real sockets, several at once; each mutant is made from a good request, and differs from
// it in what it shows, in its JSON or in its bytes. Good requests among them show that it still works.
it.each(makings)("no mutated $why pass, and all good requests among them do", async (making) => {
  const { port, keys, ledger, bugs } = await listen();
  const lines = Array.from({ length: lineCount }, () => new KeptLine(port));
  const beganMs = monotonicMs();
  const goodAmounts: number[] = [];
  const senderNow = (index: number) => senderOf(keys, index, codeStepAt(monotonicMs() - beganMs));
  const askGood = async (line: KeptLine, index: number) => {
    const sender = senderNow(index);
    goodAmounts.push(sender.amountMinor);
    const { body } = await line.ask(requestOf(index, bodyOf(sender)));
    expect(body, `good request ${index}`).toBe('{"code":"00","message":"approved"}');
  };
  const originOf = (number: number): Origin => {
    const luck = new Luck(site, number);
    const victim = senderNow(luck.below(victimCount));
    const step = codeStepAt(monotonicMs() - beganMs);
    return { keys, luck, step, victim, fresh: senderNow(victimCount + 2 * number) };
  };
  const counts = new Map<string, number>();
  const { make, mutantCount, isAlone } = making;
  let nextNumber = 0;
  const work = async (line: KeptLine) => {
    while (nextNumber < mutantCount) {
      const number = nextNumber;
      nextNumber += 1;
      const mutant = make(originOf(number));
      const answers = isAlone
        ? answersIn(await sendAlone(port, mutant.bytes, () => settle(port, senderNow(0))))
        : [await line.ask(mutant.bytes)];
      for (const answer of answers) check(mutant, number, answer, counts);
      if (number % goodEvery === 0) await askGood(line, victimCount + 2 * number + 1);
    }
  };

  const first = new KeptLine(port);
  for (let index = 0; index < victimCount; index += 1) await askGood(first, index);
  await Promise.all(lines.map(work));
  await askGood(first, victimCount + 2 * mutantCount);
  for (const line of [first, ...lines]) line.close();
  const seconds = ((monotonicMs() - beganMs) / 1_000).toFixed(1);
  const found = [...counts].sort().map(([what, times]) => `  ${what} × ${times}`);
  const sent = `${nextNumber} mutants and ${goodAmounts.length} good requests`;
  console.log([`${sent} in ${seconds} s`, ...found].join("\n"));
  expect(bugs).toEqual([]);
  expect([...ledger.amounts].sort()).toEqual(goodAmounts.sort());
  expect(making.comesTo.filter((it) => !counts.has(it))).toEqual([]);
});

async function listen() {
  const { server, ledger, replica, bugs } = await startBank(scenario);
  await server.listen({ host: "127.0.0.1", port: 0 });
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("listens on no port");
  return { port: address.port, keys: replica.keys, ledger, bugs };
}

/** Connections are accepted in their order: what came before this one is answered before it, if ever. */
async function settle(port: number, sender: Sender): Promise<void> {
  const line = new KeptLine(port);
  const repeat = requestOf(sender.index, bodyOf(sender));
  for (let times = 0; times < 2; times += 1) await line.ask(repeat);
  line.close();
}

/** Counts an answer; throws if it is one that must not be. */
function check(
  { kind, bytes, mayRepeat }: Mutant,
  number: number,
  { status, body }: Answer,
  counts: Map<string, number>,
): void {
  const code = /^\{"code":"(..)"/.exec(body)?.[1];
  const what = `${kind}: ${code ?? (status === 0 ? "hung up" : status)}`;
  counts.set(what, (counts.get(what) ?? 0) + 1);
  const wrong =
    !mayRepeat && code === "00"
      ? "got past a check"
      : !allowedStatuses.has(status)
        ? "was answered with a status of its own"
        : /node_modules|node:internal|\bat .*:\d+:\d+|FST_/.test(body)
          ? "saw our insides"
          : undefined;
  if (wrong === undefined) return;
  const sent = JSON.stringify(bytes.toString("latin1"));
  throw new Error(`mutant ${number} ${wrong}: ${kind}: ${sent}: ${status} ${body}`);
}

/** All the answers that came back on one connection; silence counts as one, and "go on" as none. */
function answersIn(heard: string): readonly Answer[] {
  const answers = withoutGoOn(heard)
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .filter((it) => it !== "");
  if (answers.length === 0) return [{ status: 0, body: "" }];
  return answers.map((it) => {
    const bodyAt = it.indexOf("\r\n\r\n") + 4;
    return { status: Number(it.slice(9, 12)), body: it.slice(bodyAt) };
  });
}
