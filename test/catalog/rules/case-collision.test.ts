import { describe, expect, it } from 'vitest';
import { catalogOf, entry, findingsOf, problemsOf } from '../../support/problems.ts';

describe('case-collision', () => {
  it('warns of names of two entries that differ only in case, with both lines', () => {
    expect(problemsOf(catalogOf(entry('node18'), entry('Node18', '', 'registry.example.org/node')))).toEqual([
      {
        code: 'case-collision',
        severity: 'warning',
        line: 2,
        column: 1,
        field: 'Node18',
        message: '"Node18" differs only in case from "node18", the name of another entry (line 1)',
        remedy: 'choose names that people can tell apart: lookups are case-sensitive',
      },
    ]);
  });

  it('warns of an alias that differs only in case from an alias or name of another entry', () => {
    const text = catalogOf(
      entry('node16', 'aliases: [tf-node]'),
      entry('node18', 'aliases: [TF-node, NODE16]'),
    );
    expect(problemsOf(text).map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'node18.aliases[0]: "TF-node" differs only in case from "tf-node", an alias of node16 (line 1)',
      'node18.aliases[1]: "NODE16" differs only in case from "node16", the name of another entry (line 1)',
    ]);
  });

  it('accepts such names within one entry', () => {
    expect(findingsOf(catalogOf(entry('node18', 'aliases: [Node18, NODE18]')))).toEqual([]);
  });

  it('leaves equal names to other rules', () => {
    const text = catalogOf(entry('node16', 'aliases: [node]'), entry('node18', 'aliases: [node]'));
    expect(findingsOf(text)).toEqual(['2:20 duplicate-alias node18.aliases[0]']);
  });
});
