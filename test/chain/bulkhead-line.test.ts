import { describe, expect, it } from "vitest";
import { BulkheadLine } from "../../src/chain/bulkhead-line.ts";
import { Request } from "../../src/chain/request.ts";
import { SiteUnderTest } from "../support/site-under-test.ts";

const { site } = new SiteUnderTest();
const requests = (count: number) => Array.from({ length: count }, () => new Request(site));

describe("a bulkhead with a line", () => {
  it("hands a place that is given back to the first who waits, and to nobody else", () => {
    const line = new BulkheadLine({ limit: 1, queue: 2, wait: 100 });
    const [first, second, third] = requests(3);
    if (first === undefined || second === undefined || third === undefined) throw new Error();
    expect(line.tryEnter()).toBe(true);
    expect([line.wait(first), line.wait(second), line.wait(third)]).toEqual([true, true, false]);
    expect(third.isWaiting).toBe(false);
    expect(line.leave()).toBe(first);
    expect(line.tryEnter(), "the place is taken already").toBe(false);
    expect(line.leave()).toBe(second);
    expect(line.leave()).toBeUndefined();
    expect(line.tryEnter()).toBe(true);
  });

  it("passes over who has left the line, whose place in it is free", () => {
    const line = new BulkheadLine({ limit: 1, queue: 1, wait: 100 });
    const [first, second] = requests(2);
    if (first === undefined || second === undefined) throw new Error();
    line.tryEnter();
    line.wait(first);
    line.quit(first);
    expect(line.wait(second)).toBe(true);
    expect(line.leave()).toBe(second);
  });

  it("does not give back what was never taken", () => {
    const line = new BulkheadLine({ limit: 1, queue: 0, wait: 0 });
    expect(() => line.leave()).toThrow("had not entered");
  });
});
