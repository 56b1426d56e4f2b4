/** Milliseconds; also the shortest, so that no registry is asked without a pause. */
const DEFAULT = 1_000;

/** The wait that `Retry-After` asks for, in milliseconds: seconds or a date (RFC 9110, section 10.2.3). */
export function retryAfter(header: string | undefined, now: number): number {
  const text = header ?? '';
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Math.max(Number.isNaN(milliseconds) ? DEFAULT : milliseconds, DEFAULT);
}
