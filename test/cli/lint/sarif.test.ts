import { describe, expect, it } from 'vitest';
import { toSarif } from '../../../src/cli/lint/sarif.ts';
import { findingCodes } from '../../../src/cli/output/finding-codes.ts';
import { fileFindings, finding } from '../../support/findings.ts';

const runOf = (...args: Parameters<typeof toSarif>) => JSON.parse(toSarif(...args)).runs[0];

describe('lint --format sarif', () => {
  it('prints version 2.1.0 with every rule', () => {
    const log = JSON.parse(toSarif([], []));
    expect(log).toMatchObject({ version: '2.1.0', $schema: 'https://json.schemastore.org/sarif-2.1.0.json' });
    expect(log.runs[0].tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(findingCodes);
    expect(log.runs[0]).toMatchObject({ columnKind: 'utf16CodeUnits', results: [] });
  });

  it('gives each result its file and region', () => {
    const run = runOf([fileFindings([finding()], { file: './a dir/catalog.yaml' })], []);
    expect(run.results).toEqual([
      {
        ruleId: 'duplicate-alias',
        ruleIndex: findingCodes.indexOf('duplicate-alias'),
        level: 'error',
        message: { text: `node20.aliases[0]: ${finding().message}` },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'a%20dir/catalog.yaml' },
              region: { startLine: 9, startColumn: 13, endLine: 9, endColumn: 17 },
            },
            logicalLocations: [{ fullyQualifiedName: 'node20.aliases[0]' }],
          },
        ],
        partialFingerprints: { 'problem/v1': expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    ]);
    expect(run.tool.driver.rules[run.results[0].ruleIndex].id).toBe('duplicate-alias');
  });

  it('omits the field of a problem of the whole document, and writes an absolute path as a URI', () => {
    const [result] = runOf([fileFindings([finding({ field: '' })], { file: '/tmp/a b.yaml' })], []).results;
    expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe('file:///tmp/a%20b.yaml');
    expect(result.locations[0]).not.toHaveProperty('logicalLocations');
  });

  it('notes unreadable files and the number of omitted problems', () => {
    const run = runOf([fileFindings([], { warnings: 7 })], ['cannot read x: no such file']);
    expect(run.invocations).toEqual([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          { level: 'error', message: { text: 'cannot read x: no such file' } },
          { level: 'note', message: { text: 'catalog.yaml: 7 more problems are not shown' } },
        ],
      },
    ]);
  });

  it('notes the readers that a file was compared for', () => {
    const run = runOf([fileFindings([], { readers: ['webservice'] }), fileFindings([])], []);
    expect(run.invocations).toEqual([
      {
        executionSuccessful: true,
        toolExecutionNotifications: [
          {
            level: 'note',
            message: { text: 'catalog.yaml: Compared for webservice, which read the old catalog.' },
          },
        ],
      },
    ]);
  });
});
