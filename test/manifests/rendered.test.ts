import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findHelm, manifestText, rendered, renderInto } from './manifests.ts';

describe.skipIf(findHelm() === undefined)('the manifests for those who install without helm', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rendered-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  it.each(rendered)('%s is what scripts/render-manifests.mjs makes of the chart', (file) => {
    renderInto(directory);
    expect(manifestText(file)).toBe(readFileSync(join(directory, file), 'utf8'));
  });
});
