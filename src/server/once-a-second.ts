const SECOND = 1_000;

/**
 * Returns a function that counts its calls, and reports the count at most once a second. The first call is reported at once.
 * The calls within the second after a report are reported together when that second ends.
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
