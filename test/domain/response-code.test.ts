import { describe, expect, it } from "vitest";
import {
  declineCodes,
  declinesPayment,
  responseCodeOf,
  responseCodes,
  retriableCodes,
  verdictOf,
} from "../../src/domain/response-code.ts";

const verdicts = [
  { code: "00", verdict: "approved", why: "approved" },
  { code: "01", verdict: "declined", why: "the issuer must be called" },
  { code: "03", verdict: "declined", why: "no such merchant" },
  { code: "04", verdict: "declined", why: "the card is to be kept" },
  { code: "07", verdict: "declined", why: "the card is to be kept" },
  { code: "09", verdict: "retriable", why: "nobody knows yet" },
  { code: "12", verdict: "declined", why: "what comes after its reversal is refused" },
  { code: "13", verdict: "declined", why: "an amount that cannot be" },
  { code: "15", verdict: "declined", why: "no such issuer" },
  { code: "25", verdict: "declined", why: "there is nothing under that key" },
  { code: "30", verdict: "declined", why: "the message is not well-formed" },
  { code: "41", verdict: "declined", why: "a lost card" },
  { code: "43", verdict: "declined", why: "a stolen card" },
  { code: "58", verdict: "declined", why: "the terminal may not do this" },
  { code: "65", verdict: "declined", why: "too often" },
  { code: "75", verdict: "declined", why: "the PIN was wrong too often" },
  { code: "92", verdict: "retriable", why: "there was no way to the bank" },
  { code: "98", verdict: "retriable", why: "the bank did not answer" },
  { code: "A0", verdict: "declined", why: "the message is not the sender's" },
  { code: "05", verdict: "declined", why: "the bank need not say why" },
  { code: "14", verdict: "declined", why: "no such card" },
  { code: "51", verdict: "declined", why: "too little money" },
  { code: "54", verdict: "declined", why: "the card is too old" },
  { code: "55", verdict: "declined", why: "the PIN is wrong" },
  { code: "57", verdict: "declined", why: "the cardholder may not do this" },
  { code: "59", verdict: "declined", why: "suspected fraud" },
  { code: "61", verdict: "declined", why: "over the limit" },
  { code: "63", verdict: "declined", why: "the message is not trusted" },
  { code: "68", verdict: "retriable", why: "the answer came too late" },
  { code: "91", verdict: "retriable", why: "the bank is away" },
  { code: "94", verdict: "approved", why: "the credit of that key stands already" },
  { code: "95", verdict: "declined", why: "totals differ, and asking again changes nothing" },
  { code: "96", verdict: "retriable", why: "the system stumbled" },
] as const;

describe("verdictOf", () => {
  it.each(verdicts)("$code is $verdict: $why", ({ code, verdict }) => {
    expect(verdictOf(code)).toBe(verdict);
  });

  it("is known for every code that there is", () => {
    expect(verdicts.map(({ code }) => code).sort()).toEqual(Object.keys(responseCodes).sort());
  });
});

it("every code is approved, declined or retriable, and in one list alone", () => {
  const approved = verdicts.filter(({ verdict }) => verdict === "approved");
  // Of totals: no payment is declined with it.
  const ofTotals = "95";
  expect(declinesPayment(ofTotals)).toBe(false);
  const all = [ofTotals, ...approved.map(({ code }) => code), ...declineCodes, ...retriableCodes];
  expect(all.sort()).toEqual(Object.keys(responseCodes).sort());
});

describe("responseCodeOf", () => {
  it.each([
    { text: "00", is: true },
    { text: "96", is: true },
    { text: "99", is: false },
    { text: "0", is: false },
    { text: "", is: false },
    { text: " 00", is: false },
    { text: "toString", is: false },
    { text: "__proto__", is: false },
  ])("knows $text: $is", ({ text, is }) => {
    expect(responseCodeOf(text)).toBe(is ? text : undefined);
  });
});
