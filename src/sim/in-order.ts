/**
 * Starts jobs side by side, and hands their results on in the order of the jobs, whichever is ready
 * first. No more than `openMaxCount` are started and not yet handed on, so memory stays bounded.
 *
 * The next job is fetched as soon as there is room; a source that waits for a result of an earlier
 * job needs room for one more than it waits for. A failed job fails here when it is its turn.
 */
export async function* inOrder<Job, Result>(
  jobs: Iterable<Job> | AsyncIterable<Job>,
  openMaxCount: number,
  run: (job: Job) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const open: Promise<Result>[] = [];
  for await (const job of jobs) {
    const running = run(job);
    running.catch(() => {}); // Waited for when it is its turn, if that comes; never unhandled.
    open.push(running);
    if (open.length >= openMaxCount) yield await (open.shift() as Promise<Result>);
  }
  for (const running of open) yield await running;
}
