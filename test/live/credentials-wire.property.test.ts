import { expect, it } from "vitest";
import { codeStepAt, noCode } from "../../src/domain/credentials.ts";
import { credentialKeys, readLink, readShown, signLink } from "../../src/live/credentials-wire.ts";
import { fc } from "../support/property.ts";
import { onWire } from "./shown-on-wire.ts";

const secret = fc.string({ maxLength: 40 });
const merchant = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const link = fc.record({
  isSigned: fc.boolean(),
  expiresMs: fc.integer({ min: -(2 ** 40), max: 2 ** 47 }),
  nonceStream: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  nonceIndex: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
});
/** An instant of a run that lasts up to a month. */
const nowMs = fc.integer({ min: 0, max: 2_592_000_000 });

// Goal: what a terminal shows is what the operator reads, signature and code included. Method: any
// credentials, over the wire and back.
it("who has the run's secret reads what was shown", () => {
  const reached = new Set<string>();
  const shown = fc.record({
    link: fc.option(link),
    hasCaptcha: fc.boolean(),
    stepBy: fc.option(fc.integer({ min: -1, max: 1 })),
    terminalMs: fc.integer({ min: -1e9, max: 1e12 }),
  });
  fc.assert(
    fc.property(secret, merchant, nowMs, shown, (from, who, atMs, { stepBy, ...rest }) => {
      const keys = credentialKeys(from);
      const codeStep = stepBy === null ? noCode : codeStepAt(atMs) + stepBy;
      const whole = { ...rest, codeStep };
      const body = onWire(keys, whole, who);
      const read = readShown(keys, body, who, atMs);
      // Two steps have the same code once in a million times: then the earlier is named.
      expect(read).toEqual({ ...whole, codeStep: read?.codeStep });
      expect(read && onWire(keys, read, who)).toEqual(body);
      reached.add(`link ${rest.link === null ? "missing" : rest.link.isSigned}, code ${stepBy}`);
    }),
    { numRuns: 400 },
  );
  expect(reached.size).toBe(3 * 4);
});

// Goal: nobody without the secret makes a link, nor changes one. Method: change any bits of a token.
it("no change of a token leaves it signed", () => {
  const change = fc.record({ at: fc.nat(37), mask: fc.integer({ min: 1, max: 255 }) });
  fc.assert(
    fc.property(
      link,
      merchant,
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (it, who, all) => {
        const keys = credentialKeys("secret");
        const token = signLink(keys, { ...it, isSigned: true }, who);
        const parts = token.split(".").map((part) => Buffer.from(part, "base64url"));
        const bytes = Buffer.concat(parts);
        for (const { at, mask } of all) bytes.writeUInt8(bytes.readUInt8(at) ^ mask, at);
        const changed = [bytes.subarray(0, 22), bytes.subarray(22)]
          .map((part) => part.toString("base64url"))
          .join(".");
        fc.pre(changed !== token);
        expect(readLink(keys, changed, who).isSigned).toBe(false);
      },
    ),
    { numRuns: 500 },
  );
});

// Goal: any text may stand where a token belongs. Method: any text.
it("no text breaks its reader, and none is taken for a link", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.stringMatching(/^[A-Za-z0-9_-]{30}\.[A-Za-z0-9_-]{22}$/),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(readLink(credentialKeys("secret"), text, 1).isSigned).toBe(false);
    }),
    { numRuns: 500 },
  );
});
