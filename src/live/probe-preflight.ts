import { randomUUID } from "node:crypto";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { connect, isIPv4 } from "node:net";
import { performance } from "node:perf_hooks";
import { RunError, UsageError } from "../kernel/errors.ts";
import type { ProbeMethod, ProbeRequest } from "./probe-step.ts";

/** A probe loads its target as hard as it can: nobody else's, unless the user insists. */
export function checkTarget(text: string, allowRemote: boolean): URL {
  const url = parseUrl(text);
  if (url === undefined) {
    throw new UsageError("PROBE_URL", [
      {
        what: `${text} is no http URL`,
        hint: "write it in full, such as http://127.0.0.1:8080/pay",
      },
    ]);
  }
  if (!allowRemote && !isLoopback(url.hostname)) {
    throw new UsageError("REMOTE_TARGET", [
      {
        what: `${url.hostname} is not this machine, and a probe drives its target to the limit`,
        hint: "add --allow-remote if the service is yours to load",
      },
    ]);
  }
  return url;
}

function parseUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "http:" || url.protocol === "https:" ? url : undefined;
}

/** 127.0.0.0/8, ::1 and localhost. The URL parser has already written every IPv4 form in full. */
function isLoopback(hostname: string): boolean {
  if (isIPv4(hostname)) return hostname.startsWith("127.");
  return hostname === "[::1]" || hostname === "localhost";
}

export type Preflight = Readonly<{
  request: ProbeRequest;
  /** Least time to open a connection: a round trip, which no worker of the target spends. [ms] */
  connectMs: number;
  notes: readonly string[];
}>;

type Wanted = Readonly<{
  method: ProbeMethod | undefined;
  body: string | undefined;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  signal: AbortSignal | undefined;
}>;

/**
 * Asks the target once, as every connection will: does it answer, and to which method?
 *
 * @throws {RunError} when it does not answer.
 */
export async function preflight(url: URL, wanted: Wanted): Promise<Preflight> {
  const notes: string[] = [];
  let request = build(url, wanted.method ?? (wanted.body === undefined ? "GET" : "POST"), wanted);
  let answer = await ask(request, wanted);
  const getIsRefused = answer.status === 405 && wanted.method === undefined;
  if (getIsRefused && request.method === "GET" && /\bPOST\b/i.test(answer.allow)) {
    request = build(url, "POST", { ...wanted, body: "{}" });
    answer = await ask(request, wanted);
    notes.push("GET is answered 405 with Allow: POST, so each request is a POST of {}.");
  }
  if (answer.status < 200 || answer.status > 299) {
    notes.push(
      `The target answers ${answer.status} to ${request.method}: this probes how fast it says so.`,
    );
  }
  if (answer.closes) {
    notes.push(
      "The target closes the connection after each answer: each request pays for a new one.",
    );
  }
  return { request, connectMs: await connectTimeMs(url), notes };
}

function build(url: URL, method: ProbeMethod, wanted: Wanted): ProbeRequest {
  const named = Object.keys(wanted.headers).some((name) => name.toLowerCase() === "content-type");
  const isTyped = wanted.body === undefined || named;
  return {
    url: url.href,
    method,
    headers: isTyped ? wanted.headers : { ...wanted.headers, "content-type": "application/json" },
    ...(wanted.body === undefined ? {} : { body: wanted.body }),
  };
}

type Answer = Readonly<{ status: number; allow: string; closes: boolean }>;

function ask(request: ProbeRequest, { timeoutMs, signal }: Wanted): Promise<Answer> {
  const id = randomUUID();
  const filled = (text: string) => text.replace(/\[(?:<|%3C)id(?:>|%3E)\]/gi, id);
  const headers = Object.fromEntries(
    Object.entries({ connection: "keep-alive", ...request.headers }).map(([name, value]) => [
      name,
      filled(value),
    ]),
  );
  const body = request.body === undefined ? undefined : filled(request.body);
  if (body !== undefined) headers["content-length"] = String(Buffer.byteLength(body));
  const late = AbortSignal.timeout(timeoutMs);
  const options = {
    method: request.method,
    headers,
    agent: false as const,
    rejectUnauthorized: false, // As autocannon does.
    signal: signal === undefined ? late : AbortSignal.any([late, signal]),
  };
  return new Promise((resolve, reject) => {
    const url = filled(request.url);
    const fail = (cause: Error) =>
      reject(
        signal?.aborted ? cause : unanswered(url, cause, late.aborted ? timeoutMs : undefined),
      );
    const send = url.startsWith("https:") ? requestHttps : requestHttp;
    const sent = send(url, options, (incoming) => {
      incoming.on("error", fail);
      incoming.on("end", () => {
        sent.destroy();
        resolve({
          status: incoming.statusCode ?? 0,
          allow: incoming.headers.allow ?? "",
          closes: incoming.headers.connection?.toLowerCase() === "close",
        });
      });
      incoming.resume();
    });
    sent.on("error", fail);
    sent.end(body);
  });
}

function unanswered(url: string, cause: Error, timeoutMs: number | undefined): RunError {
  const code = "code" in cause ? cause.code : undefined;
  if (timeoutMs !== undefined) {
    return new RunError(
      `${url} did not answer within ${timeoutMs} ms`,
      "look at what it waits for",
      { cause },
    );
  }
  if (code === "ECONNREFUSED") {
    const hint = "start the service, or correct the port, then probe again";
    return new RunError(`nothing listens at ${url}`, hint, { cause });
  }
  if (code === "ECONNRESET" || code === "EPIPE") {
    const hint = "look into its log: it dropped one plain request";
    return new RunError(`${url} closed the connection without answering`, hint, { cause });
  }
  const hint = "ask it once by hand, with curl, then probe again";
  return new RunError(`${url} cannot be asked: ${cause.message}`, hint, { cause });
}

async function connectTimeMs(url: URL): Promise<number> {
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  let leastMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i += 1) leastMs = Math.min(leastMs, await connectOnceMs(host, port));
  return Number.isFinite(leastMs) ? leastMs : 0;
}

/** `Infinity` when refused: the answer before has shown that the target is there. */
function connectOnceMs(host: string, port: number): Promise<number> {
  return new Promise((resolve) => {
    const sinceMs = performance.now();
    const end = (ms: number) => {
      socket.destroy();
      resolve(ms);
    };
    const socket = connect({ host, port, timeout: 1_000 }, () => end(performance.now() - sinceMs));
    socket.on("timeout", () => end(Number.POSITIVE_INFINITY));
    socket.on("error", () => end(Number.POSITIVE_INFINITY));
  });
}
