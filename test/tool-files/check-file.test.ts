import { describe, expect, it } from 'vitest';
import { checkedText, jobWith, podWith, shortFindings } from '../support/tools.ts';

const OLD = 'docker-registry.tools.wmflabs.org';
const NEW = 'docker-registry.svc.toolforge.org';

describe('the check of an image', () => {
  it.each([
    ['a name', 'python3.11'],
    ['a name with latest', 'python3.11:latest'],
    ['a listed URL', `${NEW}/toolforge-python311-sssd-web`],
    ['the URL of a variant', `${NEW}/toolforge-python311-sssd-base:latest`],
    ['a build of a tool', 'tool-x/x:latest'],
    ['a build of a tool by URL', 'tools-harbor.wmcloud.org/tool-x/x:1'],
    ['an image of another registry', 'ghcr.io/python39/python3.11'],
    ['an image of Docker Hub', 'library/mariadb'],
    ['another tag', `${NEW}/toolforge-python37-sssd-web:v1`],
    ['a placeholder', '"$IMAGE"'],
    ['null', '~'],
  ])('is silent about %s', (_, image) => {
    expect(shortFindings(jobWith(image))).toEqual([]);
    expect(shortFindings(podWith(image))).toEqual([]);
  });

  it.each([
    ['tf-python39', 'image-alias'],
    ['python3.7', 'image-deprecated'],
    ['tf-python37', 'image-deprecated+image-alias'],
    [`${OLD}/toolforge-python39-sssd-web`, 'image-old-url'],
    [`${OLD}/toolforge-python37-sssd-web:latest`, 'image-deprecated+image-old-url'],
    [`${NEW}/tf-python39`, 'image-old-url'],
    ['node12', 'image-past-removal'],
    ['tf-node12', 'image-past-removal+image-alias'],
    ['pyhton3.9', 'image-unknown'],
    ['toString', 'image-unknown'],
    [`${NEW}/toolforge-jessie`, 'image-unknown'],
    ['static-only', 'no-image-for-asker'],
  ])('of a job finds in %s: %s', (image, codes) => {
    expect(shortFindings(jobWith(image))).toEqual([`${image} ${codes} [0].image`]);
  });

  it('of a Pod asks as the client in its label', () => {
    expect(shortFindings(podWith('static-only'))).toEqual([]);
    expect(
      shortFindings(
        podWith('static-only', ', labels: {app.kubernetes.io/managed-by: toolforge-jobs-framework}'),
      ),
    ).toEqual(['static-only no-image-for-asker spec.containers[0].image']);
  });

  it.each([
    ['python3.11', undefined],
    ['buildservice', undefined],
    ['lighttpd', undefined],
    ['tf-python311', 'image-unknown'],
    ['tf-python37', 'image-unknown+image-deprecated'],
    ['tf-node12', 'image-past-removal+image-unknown'],
    ['mariadb', 'no-image-for-asker'],
    ['toolforge-mariadb-sssd-base', 'image-unknown+no-image-for-asker'],
    ['python3.11:latest', 'image-unknown'],
    ['node', 'image-unknown'],
  ])('of a type finds in %s: %s', (type, codes) => {
    const found = (key: string) => (codes === undefined ? [] : [`${type} ${codes} ${key}`]);
    expect(shortFindings(`type: ${type}\n`)).toEqual(found('type'));
    expect(shortFindings(`backend: kubernetes\nversion: 2\nweb: ${type}\n`)).toEqual(found('web'));
  });

  it('ignores what a quoted text says about its type, and reads the last of a repeated key', () => {
    expect(shortFindings(jobWith('"tf-python39"'))).toEqual(['"tf-python39" image-alias [0].image']);
    expect(shortFindings('type: python3.7\ntype: python3.11\n')).toEqual([]);
  });
});

describe('the check of a text', () => {
  it.each([
    'services: {web: {image: tf-python39}}\n',
    'image: tf-python39\n',
    '- hosts: all\n  image: tf-python39\n',
    'type: object\nproperties: {image: {}}\n',
    '# image\n',
    '"image"\n',
    '',
  ])('takes this for no file of a tool: %j', (text) => {
    expect(checkedText(text)).toEqual({ kind: 'other file' });
  });

  it('takes a file of the name service.template for one, whatever its other keys', () => {
    expect(checkedText('type: python3.7\nowner: me\n', 'x.yaml').kind).toBe('other file');
    expect(shortFindings('type: python3.7\nowner: me\n', 'www/service.template')).toEqual([
      'python3.7 image-deprecated type',
    ]);
  });

  it('tells a template with placeholders from YAML with a fault', () => {
    expect(checkedText('image: {{ .Values.image }}:{{ .Values.tag }}\n')).toEqual({ kind: 'template' });
    expect(checkedText('image: [\n').kind).toBe('malformed');
  });

  it('reports the grid in a template and in a manifest, and no other backend', () => {
    expect(shortFindings('backend: gridengine\ntype: lighttpd\n')).toEqual([
      'gridengine backend-gone backend',
    ]);
    expect(shortFindings('backend: gridengine\nweb: lighttpd\n')).toEqual([
      'gridengine backend-gone backend',
    ]);
    expect(shortFindings('backend: kubernetes\n')).toEqual([]);
  });

  it.each(['true', 'yes', 'on'])('reports use_deprecated_versions: %s', (flag) => {
    expect(shortFindings(`components: {a: {build: {use_deprecated_versions: ${flag}}}}\n`)).toEqual([
      `${flag} deprecated-builder components.a.build.use_deprecated_versions`,
    ]);
  });

  it.each(['false', 'no', '"true"', '~'])('is silent about use_deprecated_versions: %s', (flag) => {
    expect(shortFindings(`components: {a: {build: {use_deprecated_versions: ${flag}}}}\n`)).toEqual([]);
  });

  it('reads every document of a stream', () => {
    const stream = `${podWith('tf-python39')}---\n${podWith('python3.11')}---\n${podWith('node12')}`;
    expect(shortFindings(stream).map((finding) => finding.split(' ')[0])).toEqual(['tf-python39', 'node12']);
  });
});
