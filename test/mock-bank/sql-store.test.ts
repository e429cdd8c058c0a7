import Database from "libsql";
import { describe, expect, it } from "vitest";
import { SqlStore } from "../../mock-bank/sql-store.ts";
import type { StoredRequest } from "../../src/chain/forward-store.ts";
import { Payment } from "../../src/chain/payment.ts";
import { scratchFile } from "../support/scratch-file.ts";
import { CountingTrail } from "../support/scripted.ts";
import { closeAfterTest } from "./bank-under-test.ts";

const site = "operator.forward";

function open(file: string, of = site): SqlStore {
  const store = new SqlStore(file, of);
  closeAfterTest(async () => store.close());
  return store;
}

/** A request of activation `index`, as a stage hands it in. */
function request(index: number): Omit<StoredRequest, "number"> {
  return {
    payment: new Payment(-5, index, 40, 8_600),
    operation: 1,
    attempt: 16,
    messageType: null,
  };
}

const indices = (store: SqlStore) => store.pending().map(({ payment }) => payment.index);

/** How many rows another program sees in the file. */
function rowCount(file: string): number {
  const database = new Database(file);
  const rows = database.prepare("SELECT number FROM stored").raw().all();
  database.close();
  return rows.length;
}

describe("SqlStore", () => {
  it("keeps what it is given, oldest first, until it is removed", () => {
    const store = open(scratchFile());
    const [first, second, third] = [3, 1, 2].map((index) => store.add(request(index)));
    expect([indices(store), store.size]).toEqual([[3, 1, 2], 3]);
    expect(new Set([first, second, third].map((it) => it?.number)).size).toBe(3);
    if (second !== undefined) store.remove(second);
    expect([indices(store), store.size]).toEqual([[3, 2], 2]);
  });

  it("removes once: a second time changes nothing, not even the count", () => {
    const store = open(scratchFile());
    const kept = store.add(request(1));
    store.add(request(2));
    store.remove(kept);
    store.remove(kept);
    expect([indices(store), store.size]).toEqual([[2], 1]);
  });

  it("has written a request before it says so", () => {
    const file = scratchFile();
    const store = open(file);
    const kept = store.add(request(1));
    expect(rowCount(file)).toBe(1);
    store.remove(kept);
    expect(rowCount(file)).toBe(0);
  });

  it("stands after it was closed and opened again, each request to its last digit", () => {
    const file = scratchFile();
    const wide: Omit<StoredRequest, "number"> = {
      payment: new Payment(-(2 ** 31), 2 ** 53 - 1, 999_999, 2 ** 53 - 1, new CountingTrail()),
      operation: 3,
      attempt: 2 ** 32 - 1,
      messageType: "0420",
    };
    const before = new SqlStore(file, site);
    const kept = before.add(wide);
    before.add(request(2));
    expect(kept.payment, "here it still knows its activation").toBe(wide.payment);
    before.close();
    const after = open(file);
    expect(after.size).toBe(2);
    expect(after.pending()[0]).toEqual({
      ...wide,
      number: kept.number,
      payment: Payment.of(wide.payment),
    });
    after.remove(kept);
    expect(indices(after)).toEqual([2]);
  });

  it("gives no number of a request that is still kept to another one", () => {
    const store = open(scratchFile());
    const [first, second] = [store.add(request(1)), store.add(request(2))];
    store.remove(second);
    const third = store.add(request(3));
    expect(third.number).not.toBe(first.number);
    expect(indices(store)).toEqual([1, 3]);
  });

  it("sees what another process left or took away, once it looks again", () => {
    const file = scratchFile();
    const [dead, next] = [open(file), open(file)];
    const kept = dead.add(request(1));
    dead.add(request(2));
    expect(next.size, "it has not looked").toBe(0);
    expect([indices(next), next.size]).toEqual([[1, 2], 2]);
    next.remove(kept);
    expect([indices(dead), dead.size]).toEqual([[2], 1]);
  });

  it("does not count as its own what another process has removed before it", () => {
    const file = scratchFile();
    const [one, other] = [open(file), open(file)];
    const kept = one.add(request(1));
    other.remove(kept);
    one.remove(kept);
    expect([one.size, indices(one)]).toEqual([1, []]);
    expect(one.size, "having looked").toBe(0);
  });

  it("keeps the sites of one file apart", () => {
    const file = scratchFile();
    const [forward, notify] = [open(file), open(file, "operator.notify")];
    const kept = forward.add(request(1));
    notify.add(request(2));
    expect([indices(forward), indices(notify)]).toEqual([[1], [2]]);
    forward.remove(kept);
    expect([indices(forward), indices(notify)]).toEqual([[], [2]]);
  });
});
