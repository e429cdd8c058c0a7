import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { pathToFileURL } from "node:url";
import { HttpClient } from "../../src/live/http-client.ts";
import type { HttpWaiter } from "../../src/live/http-connection.ts";
import type { FateSource } from "../../src/live/link-fates.ts";
import { LinkProxy } from "../../src/live/link-proxy.ts";
import { raisePriority } from "../../src/live/process-priority.ts";
import { monotonicMs, type Pacing, WallClock } from "../../src/live/wall-clock.ts";
import { TimeHistogram } from "../../src/record/histogram.ts";

const ratePerSecond = 400;
const body = '{"merchant":4711,"amountMinor":8600}';
const answer =
  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n" +
  'Connection: keep-alive\r\nKeep-Alive: timeout=60\r\n\r\n{"code":"00"}';

export type LinkBenchOptions = Readonly<{
  requestCount: number;
  /** Clocks of the proxy to compare. */
  pacings: readonly Pacing[];
  print: (line: string) => void;
}>;

/**
 * What a link proxy adds to a request and its answer, in an open loop at a steady rate: every other
 * request goes through the proxy, the others straight to the same server, each in its own process.
 * A second pass delays every other request on the link, and shows how well the delay is kept.
 */
export async function benchLinkProxy({ requestCount, pacings, print }: LinkBenchOptions) {
  raisePriority(); // As the driver does.
  print(`link proxy, ${ratePerSecond} requests/s, every other one through the proxy`);
  print("                                          p50      p99     p999 [ms]");
  for (const pacing of pacings) {
    for (const delayMs of [0, 5]) {
      const server = await start("serve", []);
      const proxy = await start("link", [String(server.port), pacing, String(delayMs)]);
      try {
        await measure(server.port, proxy.port, 1_000);
        const [direct, passed, delayed] = await measure(server.port, proxy.port, requestCount);
        print(
          `  ${pacing}${delayMs === 0 ? "" : `, every other request delayed by ${delayMs} ms`}`,
        );
        print(row("straight", direct, 0));
        print(row("through the proxy", passed, 0));
        print(row(`through it, less its ${delayMs} ms`, delayed, delayMs));
      } finally {
        proxy.child.kill("SIGKILL");
        server.child.kill("SIGKILL");
      }
    }
  }
}

function row(name: string, times: TimeHistogram | undefined, lessMs: number): string {
  const cells = [0.5, 0.99, 0.999].map((quantile) =>
    ((times?.quantileMs(quantile) ?? Number.NaN) - lessMs).toFixed(3).padStart(9),
  );
  return `    ${name.padEnd(32)}${cells.join("")}`;
}

/** Of three requests in four: straight, through the proxy, through it again (there it may delay). */
async function measure(serverPort: number, proxyPort: number, requestCount: number) {
  const clock = new WallClock("precise");
  const direct = new HttpClient({ host: "127.0.0.1", port: serverPort });
  const proxied = new HttpClient({ host: "127.0.0.1", port: proxyPort });
  const times = [new TimeHistogram(), new TimeHistogram(), new TimeHistogram()];
  const sentMs: number[] = [];
  let endCount = 0;
  await new Promise<void>((resolve, reject) => {
    const waiter: HttpWaiter = {
      answered: (ticket) => {
        times[kindOf(ticket)]?.record(performance.now() - (sentMs[ticket] ?? Number.NaN));
        endCount += 1;
        if (endCount === requestCount) resolve();
      },
      broke: (_ticket, reason) => reject(new Error(reason)),
    };
    const fire = (index: number): void => {
      const client = kindOf(index) === 0 ? direct : proxied;
      sentMs[index] = performance.now();
      client.send(request(index), waiter, index);
      if (index + 1 < requestCount) clock.after(1_000 / ratePerSecond, { fire }, index + 1);
    };
    clock.at(0, { fire }, 0);
    clock.start(monotonicMs() + 20);
  });
  clock.stop();
  direct.close();
  proxied.close();
  return times;
}

/** 0 straight, 1 through the proxy, 2 through it with the delay, if there is one. */
function kindOf(index: number): number {
  return index % 2 === 0 ? 0 : index % 4 === 1 ? 1 : 2;
}

function request(index: number): string {
  return (
    `POST /pay HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n` +
    `content-length: ${body.length}\r\nidempotency-key: ${index}\r\n` +
    `x-tillstorm-draw: 7.${index}.0\r\n\r\n${body}`
  );
}

async function start(role: string, args: readonly string[]) {
  const child: ChildProcess = fork(new URL(import.meta.url), [role, ...args]);
  const [port] = await once(child, "message");
  assert(typeof port === "number", "a child says its port");
  return { child, port };
}

/** The cheapest server there is. Runs in a child. */
function serve(): void {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("data", () => socket.write(answer)).on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    assert(address !== null && typeof address === "object");
    process.send?.(address.port);
  });
}

/** The proxy, which delays the requests that `kindOf` says so. Runs in a child. */
async function carry(port: number, pacing: Pacing, delayMs: number): Promise<void> {
  raisePriority();
  const clock = new WallClock(pacing);
  const fate = { kind: "delivered" as const, delayMs: 0, isDoubled: false };
  const source: FateSource = {
    decide: (way, _stream, index) => {
      fate.delayMs = way === 0 && kindOf(index) === 2 ? delayMs : 0;
      return fate;
    },
  };
  const targets = [{ host: "127.0.0.1", port }];
  const onBug = (error: unknown) => console.error(error);
  const proxy = new LinkProxy({ clock, fate: source, targets, onBug });
  const [endpoint] = await proxy.open();
  clock.start(monotonicMs());
  process.send?.(endpoint?.port);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , role, port, pacing, delayMs] = process.argv;
  if (role === "serve") serve();
  else if (role === "link") {
    await carry(Number(port), pacing === "precise" ? "precise" : "timer", Number(delayMs));
  } else
    await benchLinkProxy({
      requestCount: 8_000,
      pacings: ["timer", "precise"],
      print: console.log,
    });
}
