/** Something that a process does from its start on, without being asked. */
export interface Routine {
  start(): void;
}
