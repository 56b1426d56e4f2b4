import { describe, expect, it } from 'vitest';
import { HOST, NEW_HOST } from '../../support/catalog.ts';
import { catalogOf, entry, findingsOf, problemsOf } from '../../support/problems.ts';

const shadows = (text: string) =>
  findingsOf(text).filter((finding) => finding.includes('alias-shadows-repository'));

describe('alias-shadows-repository', () => {
  it("refuses an alias that equals the repository of another entry's image, and names both lines", () => {
    const text = catalogOf(
      entry('python3.9', 'aliases: [toolforge-python311-sssd-web]'),
      entry('python3.11', '', `${HOST}/toolforge-python311-sssd-web`),
    );
    expect(problemsOf(text)).toEqual([
      {
        code: 'alias-shadows-repository',
        severity: 'error',
        line: 1,
        column: 23,
        field: 'python3.9.aliases[0]',
        message: `the alias "toolforge-python311-sssd-web" is the repository of ${HOST}/toolforge-python311-sssd-web, an image of python3.11 (line 2)`,
        remedy: "remove the alias: jobs on that image would be taken for this entry's",
      },
    ]);
  });

  it('refuses a name, too', () => {
    const text = catalogOf(
      entry('toolforge-python311-sssd-web', '', `${HOST}/something-else`),
      entry('python3.11', '', `${HOST}/toolforge-python311-sssd-web`),
    );
    expect(problemsOf(text)).toEqual([
      {
        code: 'alias-shadows-repository',
        severity: 'error',
        line: 1,
        column: 1,
        field: 'toolforge-python311-sssd-web',
        message: `the name "toolforge-python311-sssd-web" is the repository of ${HOST}/toolforge-python311-sssd-web, an image of python3.11 (line 2)`,
        remedy: "rename the entry: jobs on that image would be taken for this entry's",
      },
    ]);
  });

  it('accepts the repository of the same entry, by which Pods on old images stay known', () => {
    expect(
      findingsOf(
        catalogOf(
          entry(
            'python3.11',
            'aliases: [toolforge-python311-sssd-web]',
            `${HOST}/toolforge-python311-sssd-web`,
          ),
          entry('mariadb', '', `${HOST}/mariadb`),
        ),
      ),
    ).toEqual([]);
  });

  it('checks variants, including unknown ones', () => {
    const text = catalogOf(
      entry('node18', 'aliases: [node20-base, node20-builder]'),
      `node20: {state: stable, image: ${HOST}/node20-web, variants: {jobs-framework: {image: ${HOST}/node20-base}, builder: {image: ${HOST}/node20-builder}}}`,
    );
    expect(shadows(text)).toEqual([
      '1:20 alias-shadows-repository node18.aliases[0]',
      '1:33 alias-shadows-repository node18.aliases[1]',
    ]);
  });

  it('compares the repository without its host and without a faulty tag', () => {
    expect(
      shadows(
        catalogOf(
          entry('node18', 'aliases: [node20-web]'),
          entry('node20', '', `${NEW_HOST}:5000/node20-web:v1`),
        ),
      ),
    ).toEqual(['1:20 alias-shadows-repository node18.aliases[0]']);
  });

  it('compares the whole path after the host', () => {
    const text = catalogOf(
      entry('node18', 'aliases: [node20, toolforge-pre-built]'),
      entry('node-20', '', `tools-harbor.wmcloud.org/toolforge-pre-built/node20`),
    );
    expect(findingsOf(text)).toEqual([]);
  });

  it('finds another owner of a repository that the entry has, too', () => {
    const text = catalogOf(
      entry('node18', 'aliases: [node-web]', `${HOST}/node-web`),
      entry('node20', '', `${NEW_HOST}/node-web`),
    );
    expect(shadows(text)).toEqual(['1:20 alias-shadows-repository node18.aliases[0]']);
  });

  it('leaves a URL that both entries have to duplicate-url', () => {
    const image = `${HOST}/node-web`;
    const text = catalogOf(
      entry('node18', 'aliases: [node-web]', image),
      `node20: {state: stable, image: ${image}, variants: {jobs-framework: {image: ${HOST}/node20-base}}}`,
    );
    expect(findingsOf(text)).toEqual(['2:32 duplicate-url node20.image']);
  });

  it('is the one problem of an alias that the owner of the repository has, too', () => {
    const text = catalogOf(
      entry('node20', 'aliases: [node18-web, tf-node18]', `${HOST}/node20-web`),
      entry('node18', 'aliases: [node18-web, tf-node18]', `${HOST}/node18-web`),
    );
    expect(findingsOf(text)).toEqual([
      '1:20 alias-shadows-repository node20.aliases[0]',
      '2:32 duplicate-alias node18.aliases[1]',
    ]);
  });

  it('reports a name once that its entry repeats as an alias', () => {
    const text = catalogOf(
      entry('node20-web', 'aliases: [node20-web]', `${HOST}/something-else`),
      entry('node20', '', `${HOST}/node20-web`),
    );
    expect(shadows(text)).toEqual(['1:1 alias-shadows-repository node20-web']);
  });

  it('ignores images without a path', () => {
    expect(shadows(catalogOf(entry('node18', "aliases: ['']"), entry('node20', '', "''")))).toEqual([]);
  });

  it("refuses an alias that equals the repository of another entry's former image", () => {
    const text = catalogOf(
      entry('python3.9', 'aliases: [python-web]'),
      entry('python3.11', `former-images: [${HOST}/python-web]`),
    );
    expect(shadows(text)).toEqual(['1:23 alias-shadows-repository python3.9.aliases[0]']);
  });

  it("accepts the repository of the entry's own former image", () => {
    expect(shadows(catalogOf(entry('node18', `aliases: [old], former-images: [${HOST}/old]`)))).toEqual([]);
  });
});
