import { describe, expect, it } from 'vitest';
import { jobWith, shortFindings, toolFindings } from '../support/tools.ts';

/** Whether `--fix` may change each finding. */
const changeable = (text: string): boolean[] =>
  toolFindings(text).map((finding) => 'scalar' in finding && finding.scalar !== undefined);

const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {}\nspec: ${spec}\n`;

describe('references through anchors', () => {
  it('report an image once, where it is written', () => {
    const text = `- &a {name: a, command: x, image: tf-python39}\n- {<<: *a, name: b}\n- {<<: [*a], name: c}\n`;
    expect(shortFindings(text)).toEqual(['tf-python39 image-alias [0].image']);
    expect(changeable(text)).toEqual([true]);
  });

  it('prefer the own value to a merged one, and the first merged mapping', () => {
    const text = `- &a {name: a, command: x, image: python3.9}\n- &b {name: b, command: x, image: tf-python39}\n`;
    expect(shortFindings(`${text}- {<<: *b, name: c, image: node20}\n- {<<: [*a, *b], name: d}\n`)).toEqual([
      'tf-python39 image-alias [1].image',
    ]);
  });

  it('do not merge under a quoted key', () => {
    const text = `- &a {name: a, command: x, image: tf-python39}\n- {"<<": *a, name: b, command: x}\n`;
    expect(shortFindings(text)).toEqual(['tf-python39 image-alias [0].image']);
    expect(changeable(text)).toEqual([false]);
  });

  it('are not changed where the same text is used for something else', () => {
    expect(changeable('- {name: &n tf-python39, command: x, image: *n}\n')).toEqual([false]);
    expect(changeable('- {name: a, command: x, image: &i tf-python39}\n- {name: *i, command: x}\n')).toEqual([
      false,
    ]);
    expect(changeable(`${jobWith('tf-python39')}- {name: b, command: x, image: *missing}\n`)).toEqual([true]);
  });

  it('are not changed beside a key that is an alias', () => {
    expect(changeable('- {name: a, command: x, image: &i tf-python39}\n- {*i : x}\n')).toEqual([false]);
  });

  it('are changed where all aliases are images', () => {
    const text = '- {name: a, command: x, image: &i tf-python39}\n- {name: b, command: x, image: *i}\n';
    expect(shortFindings(text)).toEqual(['tf-python39 image-alias [0].image']);
    expect(changeable(text)).toEqual([true]);
  });

  it('end at an alias of its own mapping', () => {
    expect(shortFindings('- &a {name: a, command: x, image: tf-python39, self: *a}\n')).toHaveLength(1);
  });

  it('cost no more than the text, however often aliases refer to aliases', () => {
    const levels = Array.from(
      { length: 60 },
      (_, level) => `l${level + 1}: &l${level + 1} [*l${level}, *l${level}, *l${level}]\n`,
    );
    const text = `apiVersion: v1\nkind: X\nl0: &l0 {containers: [{image: tf-python39}]}\n${levels.join('')}`;
    expect(shortFindings(text)).toHaveLength(1);
    const merges = Array.from(
      { length: 60 },
      (_, level) => `- &m${level + 1} {<<: [*m${level}, *m${level}], name: a, command: x}\n`,
    );
    expect(shortFindings(`- &m0 {name: a, command: x, image: tf-python39}\n${merges.join('')}`)).toHaveLength(
      1,
    );
  });

  it('survive a chain of twenty thousand aliases', () => {
    const chain = Array.from({ length: 20_000 }, (_, link) => `a${link + 1}: &a${link + 1} {v: *a${link}}\n`);
    const text = `apiVersion: v1\nkind: X\na0: &a0 {containers: [{image: tf-python39}]}\n${chain.join('')}`;
    expect(shortFindings(text)).toHaveLength(1);
    const merges = chain.map((line) => line.replace('v:', '<<:').replace(/^a\d+:/, '-'));
    const jobs = `- &a0 {name: a, command: x, image: tf-python39}\n${merges.join('')}`;
    expect(shortFindings(jobs)).toHaveLength(1);
  });
});

describe('references of manifests', () => {
  it.each(['containers', 'initContainers', 'ephemeralContainers'])('are the images of %s', (list) => {
    expect(shortFindings(pod(`{${list}: [{image: tf-python39}, {name: x}, {image: node20}]}`))).toEqual([
      `tf-python39 image-alias spec.${list}[0].image`,
    ]);
  });

  it('are the URLs of image volumes, whose short names nobody resolves', () => {
    const volumes =
      '[{name: a, image: {reference: old.example.org/tf-python39}}, {name: b, image: {reference: tf-python39}}]';
    const found = shortFindings(pod(`{containers: [{image: node20}], volumes: ${volumes}}`));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(
      /^old\.example\.org\/tf-python39 image-old-url spec\.volumes\[0\]\.image\.reference$/,
    );
    expect(shortFindings(pod(`{volumes: ${volumes}}`))).toEqual([]);
  });

  it('are no other images: of environments, ConfigMaps and schemas', () => {
    const spec = '{containers: [{env: [{name: image, value: tf-python39}]}], image: tf-python39}';
    expect(shortFindings(pod(spec))).toEqual([]);
    expect(shortFindings('apiVersion: v1\nkind: ConfigMap\ndata: {image: tf-python39}\n')).toEqual([]);
    expect(
      shortFindings('apiVersion: v1\nkind: X\ncontainers: {type: array, items: {image: tf-python39}}\n'),
    ).toEqual([]);
  });

  it('take the label of the template and not of the object around it', () => {
    const label = '{labels: {app.kubernetes.io/managed-by: toolforge-jobs-framework}}';
    const template = (metadata: string) => `{${metadata}spec: {containers: [{image: static-only}]}}`;
    const deployment = (outer: string, inner: string) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: ${outer}\nspec: {template: ${template(inner)}}\n`;
    expect(shortFindings(deployment(label, ''))).toEqual([]);
    expect(shortFindings(deployment('{}', `metadata: ${label}, `))).toEqual([
      'static-only no-image-for-asker spec.template.spec.containers[0].image',
    ]);
  });
});

describe('references of service.manifest', () => {
  it('are never changed', () => {
    expect(changeable('web: tf-python311\nversion: 2\n')).toEqual([false]);
    expect(changeable('type: tf-python311\n')).toEqual([true]);
  });
});
