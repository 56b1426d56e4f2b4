import { posix } from 'node:path';
import { notShown } from '../../catalog/wording.ts';
import { type FileFindings, sentence, unspoken } from '../output/findings.ts';
import { toJson } from '../output/terminal-safe.ts';
import { fingerprintOf, fingerprints } from './fingerprint.ts';

/** A Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
export function toGitlab(files: readonly FileFindings[]): string {
  const issues = files.flatMap((report) => {
    const { file, findings } = report;
    // Relative to the repository, without "./": GitLab compares paths by their text.
    const path = posix.normalize(file);
    const names = fingerprints(path, findings);
    const spelledOut = findings.map((finding, index) => ({
      description: sentence(finding),
      check_name: finding.code,
      fingerprint: names[index] ?? '',
      severity: finding.severity === 'error' ? 'critical' : 'minor',
      location: { path, lines: { begin: finding.line } },
    }));
    return unspoken(report) === 0 ? spelledOut : [...spelledOut, theRest(path, unspoken(report))];
  });
  return toJson(issues);
}

const theRest = (path: string, count: number) => ({
  description: notShown(count),
  check_name: 'more-problems',
  fingerprint: fingerprintOf(path, 'more-problems'),
  severity: 'info',
  location: { path, lines: { begin: 1 } },
});
