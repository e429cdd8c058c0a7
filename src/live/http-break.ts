/**
 * Why a request ended without an answer. Only `refused`, `no-descriptors` and `unreachable` prove
 * that the server never saw it; after any other one a payment may have been made.
 */
export type BreakReason =
  /** Nobody listens. */
  | "refused"
  /** The server tore the connection down. */
  | "reset"
  /** The server closed the connection before the first byte of an answer. */
  | "closed"
  /** What came is no answer, or only a part of one. */
  | "malformed"
  | "too-large"
  /** This machine is out of file descriptors or local ports: the driver's limit, not the server's. */
  | "no-descriptors"
  | "unreachable";

const reasons: ReadonlyMap<string, BreakReason> = new Map([
  ["ECONNREFUSED", "refused"],
  ["ECONNRESET", "reset"],
  ["ECONNABORTED", "reset"],
  ["EPIPE", "reset"],
  ["EMFILE", "no-descriptors"],
  ["ENFILE", "no-descriptors"],
  ["EADDRNOTAVAIL", "no-descriptors"],
  ["ENOBUFS", "no-descriptors"],
  ["ENOMEM", "no-descriptors"],
]);

/** What a socket's error means for the request on it. */
export function breakReason(error: Error, isConnected: boolean): BreakReason {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return reasons.get(code) ?? (isConnected ? "reset" : "unreachable");
}
