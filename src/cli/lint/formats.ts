import type { Colors } from '../output/colors.ts';
import { type FileFindings, plainFinding } from '../output/findings.ts';
import { findingsAsText } from '../output/findings-text.ts';
import { toJson } from '../output/terminal-safe.ts';
import { toGithub } from './github.ts';
import { toGitlab } from './gitlab.ts';
import { toSarif } from './sarif.ts';

interface LintReport {
  readonly files: readonly FileFindings[];
  /** Messages about files that could not be read; stderr has them in every format. */
  readonly unreadable: readonly string[];
}

type Renderer = (report: LintReport, colors: Colors) => string;

/** The formats of `lint`. Each row is a choice of `--format`; the first is the default. */
export const lintFormats = {
  text: ({ files }, colors) => (files.length === 0 ? '' : findingsAsText(files, colors)),
  json: ({ files }) => filesAsJson(files),
  github: ({ files }) => toGithub(files),
  gitlab: ({ files }) => toGitlab(files),
  sarif: ({ files, unreadable }) => toSarif(files, unreadable),
} satisfies Readonly<Record<string, Renderer>>;

function filesAsJson(files: readonly FileFindings[]): string {
  const total = (of: 'errors' | 'warnings') => files.reduce((sum, file) => sum + file[of], 0);
  return toJson({
    files: files.map(({ file, findings, readers, fixed }) => ({
      file,
      problems: findings.map(plainFinding),
      ...(readers && { readers }),
      ...(fixed && { fixed }),
    })),
    errors: total('errors'),
    warnings: total('warnings'),
  });
}
