import { drawKeyText } from "./draw-key.ts";
import { HttpClient } from "./http-client.ts";
import type { Endpoint } from "./http-transport.ts";
import { drawKeyHeader } from "./protocol.ts";

/** Requests to each target, and the time they are spread over. */
const requestCount = 300;
const lengthMs = 1_000;
/** Longest wait for the last answers. */
const graceMs = 500;

/**
 * Sends requests that count for nothing, so that by the start of the run connections are open and
 * code is compiled: from cold, the first answers take up to a second. Servers answer them from a
 * copy of themselves that is thrown away when the run starts.
 */
export async function rehearse(
  targets: readonly { readonly endpoints: readonly Endpoint[]; readonly path: string }[],
): Promise<void> {
  const lanes = targets.flatMap(({ endpoints, path }) =>
    endpoints.map(({ host, port }) => ({
      host,
      port,
      path,
      client: new HttpClient({ host, port }),
    })),
  );
  let openCount = 0;
  const waiter = {
    answered: () => {
      openCount -= 1;
    },
    broke: () => {
      openCount -= 1;
    },
  };
  const startMs = performance.now();
  for (let sent = 0; sent < requestCount; ) {
    const due = Math.min(requestCount, ((performance.now() - startMs) / lengthMs) * requestCount);
    for (; sent < due; sent += 1) {
      for (const { host, port, path, client } of lanes) {
        const key = drawKeyText({ streamKey: 0, index: sent, attempt: 0 });
        openCount += 1;
        client.send(
          `POST ${path} HTTP/1.1\r\nhost: ${host}:${port}\r\ncontent-type: application/json\r\n` +
            `content-length: 2\r\nidempotency-key: rehearsal-${sent}\r\n` +
            `${drawKeyHeader}: ${key}\r\n\r\n{}`,
          waiter,
          sent,
        );
      }
    }
    await pause(5);
  }
  const untilMs = performance.now() + graceMs;
  while (openCount > 0 && performance.now() < untilMs) await pause(10);
  for (const { client } of lanes) client.close();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
