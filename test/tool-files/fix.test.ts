import { describe, expect, it } from 'vitest';
import { withEdits } from '../../src/catalog/text-edit.ts';
import { type FixKind, readsAlikeBut, toolFixes } from '../../src/tool-files/fix.ts';
import { checkedText, jobWith, podWith, toolFindings } from '../support/tools.ts';

/** The text after its fixes. */
function fixed(text: string, kind: FixKind = 'names'): string {
  const { fixes } = toolFixes(text, toolFindings(text), kind);
  const after = withEdits(text, fixes);
  expect(readsAlikeBut(text, fixes, after)).toBe(true);
  return after;
}

const left = (text: string, kind: FixKind = 'names'): string[] =>
  toolFixes(text, toolFindings(text), kind).left.map(({ reason }) => reason);

const R = 'docker-registry.svc.toolforge.org';

describe('a fix', () => {
  it.each([
    ['tf-python39', 'python3.9'],
    ['"tf-python39"', '"python3.9"'],
    ["'tf-python39'", "'python3.9'"],
    ['!!str tf-python39', '!!str python3.9'],
    ['&a tf-python39', '&a python3.9'],
    ['tf-python39:latest', 'python3.9'],
    ['"tf-p\\x79thon39"', '"python3.9"'],
    ['tf-python37', 'python3.7'],
    [`${R}/tf-python39`, 'python3.9'],
    ['docker-registry.tools.wmflabs.org/toolforge-python39-sssd-web:latest', 'python3.9'],
  ])('of a job writes for %s: %s', (image, name) => {
    expect(fixed(jobWith(image))).toBe(jobWith(name));
  });

  it.each([
    ['tf-python39', 'python3.9'],
    [`${R}/tf-python39`, `${R}/toolforge-python39-sssd-web`],
    [`"${R}/tf-python39:latest"`, `"${R}/toolforge-python39-sssd-web:latest"`],
  ])('of a manifest writes for %s: %s', (image, text) => {
    expect(fixed(podWith(image))).toBe(podWith(text));
  });

  it('gives a manifest the URL of its client', () => {
    const labels = ', labels: {app.kubernetes.io/managed-by: webservice}';
    expect(fixed(podWith(`${R}/tf-python39`, labels))).toBe(
      podWith(`${R}/toolforge-python39-sssd-web`, labels),
    );
  });

  it('writes the name of a type, and none of an entry that webservice does not have', () => {
    expect(fixed('type: tf-python311\n')).toBe('type: python3.11\n');
    expect(fixed('type: toolforge-mariadb-sssd-base\n')).toBe('type: toolforge-mariadb-sssd-base\n');
  });

  it.each([
    ['python3.7', 'python3.11'],
    ['tf-node12', 'node20'],
    ['php7.4', 'php7.4'],
    ['tf-php74', 'php7.4'],
  ])('of deprecated images writes for %s: %s', (image, name) => {
    expect(fixed(jobWith(image), 'deprecated')).toBe(jobWith(name));
  });

  it('leaves deprecated images without that option, and unknown ones with it', () => {
    expect(fixed(jobWith('python3.7'))).toBe(jobWith('python3.7'));
    expect(fixed(jobWith('pyhton3.9'), 'deprecated')).toBe(jobWith('pyhton3.9'));
  });

  it('never changes service.manifest', () => {
    const text = 'web: tf-python37\nversion: 2\n';
    expect(fixed(text, 'deprecated')).toBe(text);
    expect(left(text, 'deprecated')).toEqual([]);
  });

  it.each([
    '- name: a\n  command: ./a\n  image: >-\n    tf-python39\n',
    '- name: a\n  command: ./a\n  image: |\n    tf-python39\n',
    '- name: a\n  command: ./a\n  image: "tf-\\\n    python39"\n',
  ])('leaves %j, and says why', (text) => {
    const reasons = left(text);
    expect(fixed(text)).toBe(text);
    for (const reason of reasons) expect(reason).toMatch(/block scalar or has several lines/);
  });

  it('leaves a text that is used for something else, and says why', () => {
    const text = '- {name: &n tf-python39, command: x, image: *n}\n';
    expect(fixed(text)).toBe(text);
    expect(left(text)).toEqual(['the text is also used for something else, by an alias of its anchor']);
  });

  it('of a fix is nothing', () => {
    const once = fixed(`${jobWith('tf-python37')}${jobWith('tf-node12')}`, 'deprecated');
    expect(fixed(once, 'deprecated')).toBe(once);
    expect(checkedText(once)).toEqual({ kind: 'checked', findings: [] });
  });
});

describe('the comparison of a text with its fixes', () => {
  const text = jobWith('tf-python39');
  const { fixes } = toolFixes(text, toolFindings(text), 'names');

  it.each([
    ['another value', text.replace('./a', './b').replace('tf-python39', 'python3.9')],
    ['another type', text.replace('name: a', 'name: 1').replace('tf-python39', 'python3.9')],
    ['another key', text.replace('command', 'comand').replace('tf-python39', 'python3.9')],
    ['another image', text.replace('tf-python39', 'python3.11')],
    ['no YAML', '['],
  ])('notices %s', (_, after) => {
    expect(readsAlikeBut(text, fixes, after)).toBe(false);
  });
});
