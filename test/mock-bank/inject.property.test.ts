import type { InjectOptions } from "fastify";
import { expect, it } from "vitest";
import { fc } from "../support/property.ts";
import { startBank } from "./bank-under-test.ts";

type Draft = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH";
  readonly url: string;
  readonly contentType: string | undefined;
  readonly body: string;
  readonly key: string | undefined;
  readonly draw: string | undefined;
};

/** Mostly what a request should have, at times something else. */
const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: odd });

const visible = (maxLength: number) =>
  fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((it) => String.fromCharCode(it)),
    maxLength,
  });
const count = fc.oneof(fc.nat(), fc.maxSafeNat());
const body = mostly(
  fc
    .record(
      { merchant: count, amountMinor: count, link: fc.string(), captcha: fc.boolean() },
      { requiredKeys: [] },
    )
    .map((it) => JSON.stringify(it)),
  fc.oneof(
    fc.json(),
    fc.constant(""),
    fc.string(),
    fc.constantFrom(
      '{"merchant":1,"__proto__":null}',
      '{"merchant":1,"by":[{"__proto__":{"captcha":true}}]}',
      '{"constructor":{"prototype":{"captcha":true}}}',
      '{"constructor":{"name":"prototype"}}',
    ),
    fc
      .record(
        { merchant: fc.jsonValue(), amountMinor: fc.jsonValue(), code: fc.jsonValue() },
        { requiredKeys: [] },
      )
      .map((it) => JSON.stringify(it)),
  ),
);
const draft: fc.Arbitrary<Draft> = fc.record({
  method: mostly<Draft["method"]>(
    fc.constant("POST"),
    fc.constantFrom("GET", "PUT", "DELETE", "PATCH"),
  ),
  url: mostly(
    fc.constantFrom("/activate", "/status"),
    // What the injecting tool itself cannot read as a URL is sent raw in another test.
    visible(12)
      .map((it) => `/${it}`)
      .filter((it) => URL.canParse(it, "http://localhost")),
  ),
  contentType: mostly(
    fc.constant("application/json"),
    fc.constantFrom(undefined, "text/plain", "application/xml", "nonsense"),
  ),
  body,
  key: fc.option(mostly(visible(20), visible(400)), { nil: undefined }),
  draw: fc.option(
    mostly(
      fc.tuple(fc.integer(), fc.nat(), fc.nat(99)).map((it) => it.join(".")),
      visible(20),
    ),
    {
      nil: undefined,
      freq: 1,
    },
  ),
});

/** Whether an operation must run it, by the description of the interface. */
function isGood({ method, url, contentType, body, key, draw }: Draft): boolean {
  const path = url.replace(/[?#].*/s, "");
  if (method !== "POST" || (path !== "/activate" && path !== "/status")) return false;
  if (key !== undefined && (key.length < 1 || key.length > 255)) return false;
  if (draw !== undefined && !/^-?\d{1,10}\.\d{1,15}\.\d{1,10}$/.test(draw)) return false;
  if (body === "") return contentType !== "nonsense";
  return contentType === "application/json" && isGoodBody(body);
}

function isGoodBody(text: string): boolean {
  let json: unknown;
  try {
    json = JSON.parse(text, refusePoison);
  } catch {
    return false; // No JSON at all, or one that would reach for an object's prototype.
  }
  if (json === null) return true;
  if (typeof json !== "object" || Array.isArray(json)) return false;
  return Object.entries(json).every(
    ([name, value]) => !Object.hasOwn(isGoodMember, name) || isGoodMember[name]?.(value),
  );
}

/** What could change the prototype of an object that is copied from it is refused, however deep. */
function refusePoison(name: string, value: unknown): unknown {
  const isPoison =
    name === "__proto__" ||
    (name === "constructor" &&
      typeof value === "object" &&
      value !== null &&
      Object.hasOwn(value, "prototype"));
  if (isPoison) throw new Error(`${name} is refused`);
  return value;
}

const isCount = (it: unknown) => typeof it === "number" && Number.isSafeInteger(it) && it >= 0;
const isText = (it: unknown, most: number) => typeof it === "string" && [...it].length <= most;
const isGoodMember: Readonly<Record<string, (it: unknown) => boolean>> = {
  merchant: isCount,
  amountMinor: isCount,
  link: (it) => isText(it, 255),
  captcha: (it) => typeof it === "boolean",
  code: (it) => isText(it, 16),
  terminalMs: (it) => Number.isSafeInteger(it),
};

function requestOf({ method, url, contentType, body, key, draw }: Draft): InjectOptions {
  const headers: Record<string, string> = {};
  if (contentType !== undefined) headers["content-type"] = contentType;
  if (key !== undefined) headers["idempotency-key"] = key;
  if (draw !== undefined) headers["x-tillstorm-draw"] = draw;
  return { method, url, headers, ...(body === "" ? {} : { payload: body }) };
}

// Goal: exactly the requests that the interface describes are run, each is posted at most once, and
// all others get problem details. Method: a few thousand requests, most of them a little wrong,
// against a second opinion on which are good.
it("runs good requests and no others", async () => {
  const { server, ledger, bugs } = await startBank();
  const reached = new Set<string>();
  await fc.assert(
    fc.asyncProperty(draft, async (it) => {
      const before = ledger.amounts.length;
      const answer = await server.inject(requestOf(it));
      const posted = ledger.amounts.length - before;
      const isRun = isGood(it);
      reached.add(`${isRun ? "good" : "bad"} ${answer.statusCode}`);
      if (isRun) {
        // 12: the same key came before, with another amount.
        const { code } = answer.json();
        expect(["00", "12"]).toContain(code);
        const posts = code === "00" && it.url.startsWith("/activate");
        expect(posted).toBeLessThanOrEqual(posts ? 1 : 0);
        reached.add(`answered ${code}`);
      } else if (it.method !== "GET" || !/^\/(healthz|metrics|openapi\.json)/.test(it.url)) {
        expect(answer.statusCode).toBeGreaterThanOrEqual(400);
        expect(answer.statusCode).toBeLessThan(500);
        expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
        expect(posted).toBe(0);
      }
    }),
    { numRuns: 2_000, interruptAfterTimeLimit: 20_000 },
  );
  expect([...reached].sort()).toEqual([
    ...["answered 00", "answered 12"],
    ...["bad 400", "bad 404", "bad 405", "bad 415", "good 200"],
  ]);
  expect(bugs).toEqual([]);
});
