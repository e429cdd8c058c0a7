import { setPriority } from "node:os";

/** Above everything else that runs here: one that waits for the processor measures itself. */
const highPriority = -10;

/** Lowering the number needs privileges: without them this process runs like any other. */
export function raisePriority(): void {
  try {
    setPriority(highPriority);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}
