/**
 * An empty list for objects. To V8 `[]` is a list of small integers until the first object comes, and
 * code that was compiled for lists of one kind does not fit those of the other: each run would begin
 * with throwing some of it away.
 */
export function objectList<T extends object>(): T[] {
  const list: (T | undefined)[] = [undefined];
  list.pop();
  return list as T[];
}
