import { readFileSync } from 'node:fs';

/** Milliseconds: /proc counts in hundredths of a second, on every architecture (proc(5), USER_HZ). */
const TICK = 10;

/** CPU time of a process so far, user and system, all threads, in milliseconds. */
export function cpuMilliseconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program stands in parentheses and may have spaces; state is the field after it, utime and stime the 12th and 13th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}
