import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request as requestNode } from "node:http";
import { createServer, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { Pool } from "undici";
import { HttpClient } from "../../src/live/http-client.ts";
import type { HttpWaiter } from "../../src/live/http-connection.ts";

const inFlightCount = 32;
const warmupCount = 5_000;
const body = JSON.stringify({ amountMinor: 8_600, note: "x".repeat(170) });
assert.equal(body.length, 200);
const answerBody = '{"code":"00","activation":4711}';
const answer = `HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${answerBody.length}\r\nDate: Tue, 24 Nov 2026 04:00:00 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n${answerBody}`;

/** Sends so many requests, 32 at a time, and ends when all are answered. */
type Contestant = Readonly<{
  name: string;
  run: (requestCount: number) => Promise<void>;
  close: () => Promise<void>;
}>;

type Score = Readonly<{ perSecond: number; cpuUs: number }>;

export type HttpBenchOptions = Readonly<{
  requestCount: number;
  runCount: number;
  print: (line: string) => void;
}>;

/** Requests per second of our client beside node:http and undici, against one server, in turns. */
export async function benchHttpClient(options: HttpBenchOptions): Promise<void> {
  const { requestCount, runCount, print } = options;
  const child = fork(new URL(import.meta.url), ["serve"]);
  try {
    const port = await portOf(child);
    const contestants = [own(port), undici(port), nodeHttp(port)];
    const scores = contestants.map((): Score[] => []);
    for (const { run } of contestants) await run(warmupCount);
    for (let round = 0; round < runCount; round += 1) {
      for (const [index, { run }] of contestants.entries()) {
        scores[index]?.push(await measure(run, requestCount));
      }
    }
    await Promise.all(contestants.map(({ close }) => close()));
    const perSecond = scores.map((runs) => median(runs.map((it) => it.perSecond)));
    const cpuUs = scores.map((runs) => median(runs.map((it) => it.cpuUs)));
    print(
      `POST 200 B, ${inFlightCount} in flight, median of ${runCount} x ${requestCount} requests`,
    );
    print("client              requests/s   ratio   CPU us/request   ratio");
    for (const [index, { name }] of contestants.entries()) {
      const cells = [
        name.padEnd(18),
        cell(perSecond[index], 0, 12),
        cell(ratio(perSecond, index), 2, 8),
        cell(cpuUs[index], 1, 17),
        cell(ratio(cpuUs, index), 2, 8),
      ];
      print(cells.join(""));
    }
  } finally {
    child.kill("SIGKILL");
  }
}

function own(port: number): Contestant {
  const client = new HttpClient({ host: "127.0.0.1", port });
  const head = `POST /pay HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n`;
  const run = (requestCount: number) =>
    new Promise<void>((resolve, reject) => {
      let sentCount = 0;
      let answeredCount = 0;
      const send = () => {
        sentCount += 1;
        // Built anew each time, as the driver does, with a key of its own.
        const text = `${head}Idempotency-Key: k${sentCount}\r\nContent-Length: 200\r\n\r\n${body}`;
        client.send(text, waiter, sentCount);
      };
      const waiter: HttpWaiter = {
        answered: (_ticket, status, _headers, text) => {
          if (status !== 200 || text !== answerBody) reject(new Error(`own: ${status} ${text}`));
          answeredCount += 1;
          if (sentCount < requestCount) send();
          else if (answeredCount === requestCount) resolve();
        },
        broke: (_ticket, reason) => reject(new Error(`own: ${reason}`)),
      };
      for (let i = 0; i < inFlightCount; i += 1) send();
    });
  return { name: "HttpClient", run, close: async () => client.close() };
}

function undici(port: number): Contestant {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: inFlightCount, pipelining: 1 });
  const once = async (key: number) => {
    const reply = await pool.request({
      path: "/pay",
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": `k${key}` },
      body,
    });
    assert.equal(await reply.body.text(), answerBody);
  };
  return { name: "undici request", run: inTurns(once), close: () => pool.close() };
}

function nodeHttp(port: number): Contestant {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlightCount, scheduling: "lifo" });
  const once = (key: number) =>
    new Promise<void>((resolve, reject) => {
      const headers = {
        "content-type": "application/json",
        "idempotency-key": `k${key}`,
        "content-length": 200,
      };
      const path = "/pay";
      const host = "127.0.0.1";
      const call = requestNode({ host, port, path, method: "POST", agent, headers }, (reply) => {
        let text = "";
        reply.setEncoding("utf8");
        reply.on("data", (piece: string) => {
          text += piece;
        });
        reply.on("end", () => (text === answerBody ? resolve() : reject(new Error(text))));
      });
      call.on("error", reject);
      call.end(body);
    });
  return { name: "node:http request", run: inTurns(once), close: async () => agent.destroy() };
}

function inTurns(once: (key: number) => Promise<void>): Contestant["run"] {
  return async (requestCount) => {
    let sentCount = 0;
    const loop = async () => {
      while (sentCount < requestCount) {
        sentCount += 1;
        await once(sentCount);
      }
    };
    await Promise.all(Array.from({ length: inFlightCount }, loop));
  };
}

async function measure(run: Contestant["run"], requestCount: number): Promise<Score> {
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  await run(requestCount);
  const { user, system } = process.cpuUsage(startCpu);
  return {
    perSecond: (requestCount / (performance.now() - startMs)) * 1_000,
    cpuUs: (user + system) / requestCount,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** How many times the first contestant's value. */
function ratio(values: readonly number[], index: number): number {
  return (values[index] ?? Number.NaN) / (values[0] ?? Number.NaN);
}

function cell(value: number | undefined, digits: number, width: number): string {
  return (value ?? Number.NaN).toFixed(digits).padStart(width);
}

async function portOf(child: ChildProcess): Promise<number> {
  const [message] = await once(child, "message");
  assert(typeof message === "number", "the server reports its port");
  return message;
}

/** The cheapest server there is, so that the clients are what is measured. Runs in the child. */
function serve(): void {
  const answerWhole = (socket: Socket) => {
    let text = "";
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (piece: string) => {
      text += piece;
      const headEnd = text.indexOf("\r\n\r\n");
      if (headEnd < 0 || text.length < headEnd + 4 + body.length) return;
      text = "";
      socket.write(answer, "latin1");
    });
    socket.on("error", () => socket.destroy());
  };
  const server = createServer(answerWhole);
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    assert(address !== null && typeof address === "object");
    process.send?.(address.port);
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv[2] === "serve") serve();
  else await benchHttpClient({ requestCount: 40_000, runCount: 5, print: (it) => console.log(it) });
}
