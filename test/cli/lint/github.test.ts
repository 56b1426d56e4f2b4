import { expect, it } from 'vitest';
import { toGithub } from '../../../src/cli/lint/github.ts';
import { fileFindings, finding } from '../../support/findings.ts';

it('lint --format github prints one workflow command for each problem', () => {
  expect(
    toGithub([fileFindings([finding(), finding({ severity: 'warning', field: '', message: 'x; y' })])]),
  ).toBe(
    [
      '::error file=catalog.yaml,line=9,col=13,title=duplicate-alias::node20.aliases[0]: "node" is already an alias of node18 (line 4); remove one of the two',
      '::warning file=catalog.yaml,line=9,col=13,title=duplicate-alias::x; y',
      '',
    ].join('\n'),
  );
});

it('lint --format github escapes characters that would end a command or a property', () => {
  const [line] = toGithub([
    fileFindings([finding({ field: '', message: '100%\r\n::error::x' })], { file: 'a,b:c%.yaml\n' }),
  ]).split('\n');
  expect(line).toBe(
    '::error file=a%2Cb%3Ac%25.yaml%0A,line=9,col=13,title=duplicate-alias::100%25%0D%0A::error::x',
  );
});

it('lint --format github prints the number of omitted problems', () => {
  expect(toGithub([fileFindings([], { errors: 2, warnings: 3 })])).toBe(
    '::notice file=catalog.yaml::5 more problems are not shown\n',
  );
  expect(toGithub([fileFindings([], { errors: 1 })])).toBe(
    '::notice file=catalog.yaml::1 more problem is not shown\n',
  );
});

it('lint --format github notes the readers that a file was compared for, last', () => {
  const readers = ['webservice', 'jobs-api of 2026'];
  expect(toGithub([fileFindings([], { readers, errors: 1 }), fileFindings([])])).toBe(
    [
      '::notice file=catalog.yaml::1 more problem is not shown',
      '::notice file=catalog.yaml::Compared for webservice and jobs-api of 2026, which read the old catalog.',
      '',
    ].join('\n'),
  );
});
