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

const unconnectedReasons: ReadonlyMap<string, BreakReason> = new Map([
  ["ECONNREFUSED", "refused"],
  ["ECONNRESET", "reset"],
  ["ECONNABORTED", "reset"],
  ["EMFILE", "no-descriptors"],
  ["ENFILE", "no-descriptors"],
  ["EADDRNOTAVAIL", "no-descriptors"],
  ["ENOBUFS", "no-descriptors"],
  ["ENOMEM", "no-descriptors"],
]);

/** What a socket's error means for the request on it. Once bytes are out, nothing proves their loss. */
export function breakReason(error: Error, isConnected: boolean): BreakReason {
  if (isConnected) return "reset";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return unconnectedReasons.get(code) ?? "unreachable";
}
