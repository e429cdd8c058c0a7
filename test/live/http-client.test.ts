import { expect, it } from "vitest";
import { UsageError } from "../../src/kernel/errors.ts";
import { HttpClient } from "../../src/live/http-client.ts";

it.each(["127.0.0.1", "::1", "localhost"])("%s may be loaded", (host) => {
  expect(new HttpClient({ host, port: 1 }).stats.open).toBe(0);
});

it.each(["example.org", "10.0.0.1", "0.0.0.0", "127.0.0.1.example.org", ""])(
  "'%s' is another machine, and is loaded only on demand",
  (host) => {
    expect(() => new HttpClient({ host, port: 1 })).toThrow(UsageError);
    expect(new HttpClient({ host, port: 1, allowRemote: true }).stats.opened).toBe(0);
  },
);
