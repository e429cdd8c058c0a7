/**
 * Whether a process still lives. When it is killed, all that was made in it (its callers, the
 * visits inside it, its timers) may still be called by events that are on their way, and must do
 * nothing any more.
 */
export type Life = { isOver: boolean };
