import { readFileSync } from 'node:fs';
import { load, loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { filesEndingIn, pageText } from '../support/pages.ts';
import type { Json } from '../support/reviews.ts';
import { settingsFrom } from '../support/serve-settings.ts';
import { findHelm, only, pathOf, renderChart } from './manifests.ts';
import { podJob } from './toolforge-prometheus.ts';

/*
 * The files in manifests/toolforge, read as helmfile, bats, GitLab and blubber read them.
 */

const helm = findHelm();
const KIT = 'manifests/toolforge';
const COMPONENT = `${KIT}/components/image-config-admission`;
const yamlIn = (file: string): Json => load(readFileSync(pathOf(file), 'utf8'));

const [{ environments }, { releases, repositories }] = loadAll(pageText(`${COMPONENT}/helmfile.yaml`)) as [
  Json,
  Json,
];
const [release] = releases;
const names = ['local', 'toolsbeta', 'tools'] as const;

/** A text of the helmfile with the values of an environment. */
const filled = (text: string, name: string): string => {
  const values: Json = { Environment: { Name: name }, Values: yamlIn(`${COMPONENT}/values/${name}.yaml`) };
  return text.replaceAll(/\{\{ \.(\w+)\.(\w+) \}\}/g, (_, first, second) => values[first][second]);
};

/** The rendered chart, as helm gets the values of the release. */
const rendered = (name: string, more: Json = {}) =>
  renderChart(
    helm ?? '',
    { image: { tag: 'image-1' }, ...more },
    {
      namespace: release.namespace,
      files: release.values.map(
        (file: string) => `../toolforge/components/image-config-admission/${filled(file, name)}`,
      ),
    },
  );

describe('the helmfile of the component', () => {
  it('has the three environments of toolforge-deploy, each with its values', () => {
    expect(Object.keys(environments).sort()).toEqual([...names].sort());
    for (const name of names)
      for (const file of [...environments[name].values, ...release.values])
        expect(() => yamlIn(`${COMPONENT}/${filled(file, name)}`), file).not.toThrow();
  });

  it.each(names)('of %s takes a chart from a repository that it lists', (name) => {
    const [repository, chart] = filled(release.chart, name).split('/');
    expect(repositories.map((one: Json) => one.name)).toContain(repository);
    expect(chart).toBe(yamlIn('manifests/chart/Chart.yaml').name);
    expect(filled(release.version, name)).not.toBe('');
  });
});

describe.skipIf(helm === undefined)('the chart with the values of the component', () => {
  it.each(names)('renders for %s, with known options, and an image of its own registry', (name) => {
    const { objects, refusal } = rendered(name);
    expect(refusal).toBe('');
    const [container] = only(objects, 'Deployment').spec.template.spec.containers;
    expect(settingsFrom(container.args.slice(1)).registryAdmission).toBe('present');
    const registry = name === 'tools' ? 'tools' : 'toolsbeta';
    expect(container.image).toBe(`${registry}-harbor.wmcloud.org/toolforge/image-config-admission:image-1`);
  });

  it.each(['toolsbeta', 'tools'])('observes in %s at first, and nothing there can be refused', (name) => {
    const { objects } = rendered(name);
    const policies = objects.flatMap((object): Json[] => object.webhooks ?? []);
    expect(new Set(policies.map(({ failurePolicy }) => failurePolicy))).toEqual(new Set(['Ignore']));
    const [{ args }] = only(objects, 'Deployment').spec.template.spec.containers;
    expect(settingsFrom(args.slice(1)).enforce).toBe(false);
  });

  it('enforcing in tools is what values/toolforge.yaml renders', () => {
    const guide = renderChart(helm ?? '', { image: { tag: 'image-1' } }, { files: ['toolforge.yaml'] });
    expect(rendered('tools', { enforce: true }).objects).toEqual(guide.objects);
  });

  it('has Pods that the list of Prometheus finds, with their port', () => {
    const job = podJob();
    const { metadata, spec } = only(rendered('tools').objects, 'Deployment');
    expect(job.namespace).toBe(metadata.namespace);
    expect(`${metadata.name}-5d8f7c9b4-x2x7k`).toMatch(new RegExp(`^${job.podName}$`));
    const ops = spec.template.spec.containers[0].ports.find((port: Json) => port.name === 'ops');
    expect(job.port).toBe(ops.containerPort);
  });
});

describe('the functional tests', () => {
  const files = filesEndingIn('.bats').filter((file) => file.startsWith(`${KIT}/functional-tests/`));

  it.each(files)('%s has the tag of the component, and that of its folder', (file) => {
    const tags = /^# bats file_tags=(\S+)$/m.exec(pageText(file))?.[1]?.split(',') ?? [];
    expect(tags).toEqual(expect.arrayContaining([file.split('/')[3], 'image-config-admission', 'smoke']));
    expect(pageText(`${COMPONENT}/tests.txt`).split('\n')).toContain('image-config-admission');
  });
});

describe('the files for the repository', () => {
  it('publish image and chart under the name that the component has', () => {
    const { variables, include } = yamlIn(`${KIT}/repository/.gitlab-ci.yml`);
    expect(variables.PROJECT_NAME).toBe(release.name);
    expect(include.map(({ file }: Json) => file)).toEqual([
      'toolforge-cd/only_image_publish.yaml',
      'toolforge-cd/only_helm_publish.yaml',
    ]);
  });

  it('copy into the image what the Dockerfile copies, and start the same program', () => {
    const { variants } = yamlIn(`${KIT}/repository/.pipeline/blubber.yaml`);
    const dockerfile = pageText('Dockerfile');
    const copied = variants.image.copies.map(({ source }: Json) => source.replace('/srv/app/', ''));
    const inDockerfile = [...dockerfile.matchAll(/^COPY --from=build (.*) \S+$/gm)]
      .flatMap(([, paths = '']) => paths.split(' '))
      .map((path) => path.replace('/build/', ''));
    expect(copied.map((path: string) => path.replace('docs/problems', 'docs')).sort()).toEqual(
      inDockerfile.sort(),
    );
    expect(dockerfile).toContain('ENTRYPOINT ["node", "/app/dist/main.js"]');
    expect(variants.image.entrypoint).toEqual(['node', 'dist/main.js']);
  });
});
