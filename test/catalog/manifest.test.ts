import { describe, expect, it } from 'vitest';
import { type FoundCatalog, findCatalogs } from '../../src/catalog/manifest.ts';
import { LineIndex } from '../../src/catalog/positions.ts';

const CATALOG = 'node18:\n  state: stable\n  variants: {}\n';

const configMap = (data: string, metadata = '  name: image-config\n  namespace: tf-public\n'): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n${metadata}${data}`;

const inBlock = `data:\n  images-v1.yaml: |\n${CATALOG.replaceAll(/^/gm, '    ').trimEnd()}\n`;

function catalogsIn(file: string): readonly FoundCatalog[] {
  const found = findCatalogs(file);
  if ('unreadable' in found) throw new Error(found.unreadable);
  expect(found.problems).toEqual([]);
  return found.catalogs;
}

/** Line and column, in the file, of a piece of the first catalog. */
function placeOf(file: string, piece: string): string {
  const [catalog] = catalogsIn(file);
  if (!catalog) throw new Error('there is no catalog');
  const { line, column } = new LineIndex(file).position(catalog.offsetInFile(catalog.text.indexOf(piece)));
  return `${line}:${column}`;
}

describe('findCatalogs, of a bare catalog,', () => {
  it.each([
    ['that is fine', CATALOG],
    ['that is empty', ''],
    ['that is not well-formed', 'a: [b'],
    ['of several documents', `${CATALOG}---\n${CATALOG}`],
    ['of an entry that looks like half a manifest', 'kind:\n  state: stable\n'],
    ['with a list', '- apiVersion: v1\n  kind: ConfigMap\n'],
  ])('returns the whole file: %s', (_, file) => {
    const [catalog, ...others] = catalogsIn(file);
    expect(others).toEqual([]);
    expect(catalog).toMatchObject({ text: file, label: '' });
    expect(catalog?.annotations.size).toBe(0);
    expect(catalog?.offsetInFile(7)).toBe(7);
  });
});

describe('a ConfigMap', () => {
  it('has the catalog and a label', () => {
    expect(catalogsIn(configMap(inBlock))).toMatchObject([
      { text: CATALOG, label: 'ConfigMap tf-public/image-config' },
    ]);
  });

  it('has a label without a namespace if it has none', () => {
    expect(catalogsIn(configMap(inBlock, '  name: image-config\n'))[0]?.label).toBe('ConfigMap image-config');
  });

  it('has its annotations', () => {
    const metadata = "  name: image-config\n  annotations:\n    a/b: 'c'\n    d: e\n    f: {}\n";
    expect([...(catalogsIn(configMap(inBlock, metadata))[0]?.annotations ?? [])]).toEqual([
      ['a/b', 'c'],
      ['d', 'e'],
    ]);
  });

  it.each([
    ['at its end', `${configMap(inBlock)}immutable: true\n`],
    ['before its data', configMap(`immutable: true\n${inBlock}`)],
    ['as YAML 1.1 has it', `${configMap(inBlock)}immutable: yes\n`],
  ])('has the place where it becomes immutable: %s', (_, file) => {
    const [catalog] = catalogsIn(file);
    expect(catalog?.immutable && file.slice(catalog.immutable.start, catalog.immutable.end)).toBe(
      'immutable',
    );
  });

  it.each(['', 'immutable: false\n', 'immutable:\n', 'immutable: "true"\n', 'immutable: off\n'])(
    'is not immutable with %j',
    (field) => {
      expect(catalogsIn(`${configMap(inBlock)}${field}`)[0]).not.toHaveProperty('immutable');
    },
  );

  it('is found among other manifests, in separate documents or in a list', () => {
    const other = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: image-config\n';
    expect(catalogsIn(`# Source: a\n---\n${other}---\n${configMap(inBlock)}---\n`)).toHaveLength(1);
    const indented = configMap(inBlock)
      .replaceAll(/^(?=.)/gm, '  ')
      .replace('  api', '- api');
    expect(catalogsIn(`apiVersion: v1\nkind: List\nitems:\n${indented}`)).toMatchObject([{ text: CATALOG }]);
  });

  it('is found in the ConfigMapList of the API, whose items have no kind', () => {
    const item = { metadata: { name: 'image-config' }, data: { 'images-v1.yaml': CATALOG } };
    const other = { metadata: { name: 'kube-root-ca.crt' }, data: { 'ca.crt': 'x' } };
    const list = { kind: 'ConfigMapList', apiVersion: 'v1', metadata: {}, items: [other, item] };
    expect(catalogsIn(JSON.stringify(list))).toMatchObject([{ text: CATALOG }]);
    expect(findCatalogs(JSON.stringify({ ...list, kind: 'SecretList' }))).toHaveProperty('unreadable');
  });

  it('whose name has a hash suffix of kustomize is not read, and the reason says how to make it without', () => {
    for (const name of ['image-config-7tb5m8k2gh', 'image-config-ab12cd'])
      expect(findCatalogs(configMap(inBlock, `  name: ${name}\n`))).toEqual({
        unreadable: `these are manifests, and none of them is a ConfigMap image-config; ${name} has a hash suffix of kustomize, and the consumers read only image-config: set \`disableNameSuffixHash: true\` under \`generatorOptions\``,
      });
  });

  it('of another name that has the key is not read, and the reason names it', () => {
    expect(findCatalogs(configMap(inBlock, '  name: imageconfig\n'))).toEqual({
      unreadable:
        'these are manifests, and none of them is a ConfigMap image-config; imageconfig has the key images-v1.yaml, and the consumers read only image-config: rename it',
    });
  });

  it('may occur twice', () => {
    expect(catalogsIn(`${configMap(inBlock)}---\n${configMap(inBlock)}`)).toHaveLength(2);
  });

  it.each([
    ['of another name', configMap('data:\n  images.yaml: a\n', '  name: other\n')],
    ['that is a Secret', configMap(inBlock).replace('ConfigMap', 'Secret')],
  ])('is not %s, and a stream without ours is unreadable', (_, file) => {
    expect(findCatalogs(file)).toEqual({
      unreadable: 'these are manifests, and none of them is a ConfigMap image-config',
    });
  });
});

describe('offsetInFile', () => {
  it('maps offsets of a literal block', () => {
    expect(placeOf(configMap(inBlock), 'stable')).toBe('9:14');
  });

  it('maps offsets of the second document', () => {
    expect(placeOf(`---\napiVersion: v1\nkind: Secret\n---\n${configMap(inBlock)}`, 'stable')).toBe('13:14');
  });

  it('maps offsets of a file with CR and LF', () => {
    expect(placeOf(configMap(inBlock).replaceAll('\n', '\r\n'), 'variants')).toBe('10:7');
  });

  it('maps offsets of JSON', () => {
    const file = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'image-config' },
      data: { 'images-v1.yaml': CATALOG },
    });
    expect(placeOf(file, 'stable')).toBe(`1:${file.indexOf('stable') + 1}`);
    expect(placeOf(file, 'variants')).toBe(`1:${file.indexOf('variants') + 1}`);
  });
});

describe('a ConfigMap without the key', () => {
  const latin1 = Buffer.from('# Gr\u00f6\u00dfe\n', 'latin1').toString('base64');
  const utf16 = Buffer.from('\ufeffa: b\n', 'utf16le').toString('base64');
  it.each([
    ['no data at all', '', { keys: [] }, '1:1'],
    ['other data', 'data:\n  images.yaml: a\n  b: c\n', { keys: ['images.yaml', 'b'] }, '6:1'],
    ['a mapping', 'data:\n  images-v1.yaml:\n    a: b\n', { found: 'a mapping' }, '6:1'],
    ['UTF-8 in binaryData', 'binaryData:\n  images-v1.yaml: YQ==\n', { binary: 'UTF-8' }, '1:1'],
    ['UTF-16 in binaryData', `binaryData:\n  images-v1.yaml: ${utf16}\n`, { binary: 'UTF-16' }, '1:1'],
    ['Latin-1 in binaryData', `binaryData:\n  images-v1.yaml: ${latin1}\n`, { binary: 'unknown' }, '1:1'],
  ])('has a problem for %s', (_, data, facts, place) => {
    const file = configMap(data);
    const found = findCatalogs(file);
    expect(found).toMatchObject({
      catalogs: [],
      problems: [{ code: 'missing-data-key', ...facts, field: 'data.images-v1.yaml' }],
    });
    const start = 'problems' in found ? (found.problems[0]?.at.start ?? -1) : -1;
    const { line, column } = new LineIndex(file).position(start);
    expect(`${line}:${column}`).toBe(place);
  });
});
