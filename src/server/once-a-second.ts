const SECOND = 1_000;

/**
 * Reports how often the returned function was called, once a second at most: the first call at once, and the calls of the
 * second after a report together at its end.
 */
export function onceASecond(report: (calls: number) => void): () => void {
  let calls = 0;
  let waits = false;
  const reportCalls = (): void => {
    waits = calls > 0;
    if (!waits) return;
    report(calls);
    calls = 0;
    setTimeout(reportCalls, SECOND).unref();
  };
  return () => {
    calls += 1;
    if (!waits) reportCalls();
  };
}
