import { createHash } from 'node:crypto';
import type { Finding } from '../output/finding.ts';

/**
 * Names each finding of a file by what it is about, not by its line, so that an edit above it makes no new finding.
 * Equal ones are told apart by their count. Keeps no state between files.
 */
export function fingerprints(file: string, findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map(({ code, field, message }) => {
    // Other lines are mentioned in messages; they move, too.
    const about = JSON.stringify([file, code, field, message.replaceAll(/\b(lines?) \d+/g, '$1')]);
    const count = (seen.get(about) ?? 0) + 1;
    seen.set(about, count);
    return fingerprintOf(about, String(count));
  });
}

export const fingerprintOf = (...about: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(about)).digest('hex');
