import { expect, test } from 'vitest';
import { codeFrame } from '../../src/catalog/code-frame.ts';
import { loadCatalog } from '../../src/catalog/load.ts';
import { LineIndex } from '../../src/catalog/positions.ts';
import { describe } from '../../src/catalog/problem-message.ts';
import { report } from '../../src/catalog/report.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { hostileCatalogs } from '../support/hostile-catalogs.ts';

// bench/hostile-catalogs.mjs prints the time of each.
test.each(hostileCatalogs)('an answer of bounded size comes back for $title', ({ text }) => {
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(defaultPolicy.maxBytes);

  const { problems } = loadCatalog(text, defaultPolicy, '2026-11-22');
  const { problems: spelledOut, errors, warnings } = report(problems);

  expect(errors + warnings).toBe(problems.length);
  expect(errors + warnings).toBeGreaterThan(0);
  // A character has at most a few problems, so work that grows with pairs of them would show here.
  expect(problems.length).toBeLessThan(3 * text.length);

  expect(spelledOut.length).toBe(Math.min(100, problems.length));
  const lines = new LineIndex(text);
  for (const problem of spelledOut) {
    const { message, remedy } = describe(problem, (offset) => lines.position(offset).line);
    const spelled = [problem.field, message, remedy, codeFrame(lines, problem.at)].join('\n');
    expect(spelled.length).toBeLessThan(3_000);
  }
});
