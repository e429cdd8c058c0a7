import { spawn } from "node:child_process";
import { once } from "node:events";

export type SlowServerOptions = Readonly<{
  workers?: number;
  serviceMs?: number;
  /** Exponential instead of constant service times. */
  isExponential?: boolean;
  /** GET is answered 405 with `Allow: POST`. */
  postOnly?: boolean;
  /** Every so-manieth request is closed without an answer, once `answersFirst` were answered. */
  closesEvery?: number;
  answersFirst?: number;
  /** From this request on none is ever answered. */
  silentFrom?: number;
  /** More than so many waiting: 503 at once. */
  queueMax?: number;
  /** Each answer says in a Server-Timing header how long it took, the wait for a worker included. */
  tellsTime?: boolean;
  /** `Connection: close` on every answer. */
  closesAfterAnswer?: boolean;
}>;

export type SlowServer = {
  readonly url: string;
  /** How long a request held a worker by the server's own clock, on average: timers are late. */
  meanServiceMs(): Promise<number>;
  stop(): Promise<void>;
};

/** A station behind HTTP, in a process of its own: bounded workers, one queue, first come first served. */
export async function startSlowServer(options: SlowServerOptions): Promise<SlowServer> {
  // Node 20 runs no TypeScript: what the child gets is the text that the test runner made of `serve`.
  const code = `(${serve.toString()})(JSON.parse(process.argv[1]))`;
  const child = spawn(process.execPath, ["-e", code, JSON.stringify(options)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (message) => resolve(Number(message)));
    child.once("exit", (code) => reject(new Error(`the slow server ended with ${code}`)));
  });
  return {
    url: `http://127.0.0.1:${port}/`,
    meanServiceMs: async () => {
      const [answer] = await Promise.all([once(child, "message"), child.send("mean")]);
      return Number(answer[0]);
    },
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Runs in the child: may use nothing of this file. */
function serve(options: SlowServerOptions): void {
  const http = process.getBuiltinModule("node:http");
  const { workers = 1, serviceMs = 0, queueMax = Number.POSITIVE_INFINITY } = options;
  const waiting: (() => void)[] = [];
  let busy = 0;
  let count = 0;
  let served = 0;
  let servedMs = 0;
  const work = (done: () => void) => {
    busy += 1;
    const sinceMs = performance.now();
    const factor = options.isExponential ? -Math.log(1 - Math.random()) : 1;
    setTimeout(() => {
      busy -= 1;
      served += 1;
      servedMs += performance.now() - sinceMs;
      done();
      waiting.shift()?.();
    }, serviceMs * factor);
  };
  const server = http.createServer((request, response) => {
    count += 1;
    request.resume();
    if (options.closesAfterAnswer) response.setHeader("connection", "close");
    const { closesEvery, answersFirst = 0 } = options;
    if (closesEvery !== undefined && count > answersFirst && count % closesEvery === 0) {
      request.socket.end();
      return;
    }
    if (options.silentFrom !== undefined && count >= options.silentFrom) return;
    if (options.postOnly && request.method !== "POST") {
      response.writeHead(405, { allow: "POST" }).end();
      return;
    }
    const sinceMs = performance.now();
    const answer = () => {
      if (options.tellsTime) {
        const total = `total;desc="all, in ms";dur=${performance.now() - sinceMs}`;
        response.setHeader("Server-TIMING", ["cache;desc=miss", total]);
      }
      response.writeHead(200, { "content-type": "application/json" }).end('{"code":"00"}');
    };
    if (busy < workers) work(answer);
    else if (waiting.length < queueMax) waiting.push(() => work(answer));
    else response.writeHead(503).end();
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    process.send?.(typeof address === "object" ? address?.port : undefined);
  });
  process.on("message", () => process.send?.(served > 0 ? servedMs / served : 0));
  process.on("disconnect", () => process.exit());
}
