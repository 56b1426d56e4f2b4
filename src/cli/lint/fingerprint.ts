import { createHash } from 'node:crypto';
import type { Finding } from '../output/findings.ts';

/**
 * An identifier for each finding of a file. It depends on the finding, not on its line: an edit above a finding does not make
 * it a new one. Equal findings are numbered, so that their identifiers differ.
 */
export function fingerprints(file: string, findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map(({ code, field, message }) => {
    // Messages mention other lines, which move, too.
    const about = JSON.stringify([file, code, field, message.replaceAll(/\b(lines?) \d+/g, '$1')]);
    const count = (seen.get(about) ?? 0) + 1;
    seen.set(about, count);
    return fingerprintOf(about, String(count));
  });
}

export const fingerprintOf = (...about: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(about)).digest('hex');
