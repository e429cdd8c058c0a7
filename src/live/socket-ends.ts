import type { Socket } from "node:net";

/** Ends a connection at once; its peer is told that it was torn. */
export function tear(socket: Socket): void {
  // A socket that is saying goodbye can no longer be torn, only closed.
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

/** The system's name of what a socket failed with, such as `ECONNRESET`. */
export function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

const exhaustions: ReadonlySet<string> = new Set([
  ...["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS", "ENOMEM"],
]);

/** Whether this machine is out of descriptors, local ports or memory: not the peer's fault. */
export function isExhaustion(error: Error): boolean {
  return exhaustions.has(codeOf(error));
}
