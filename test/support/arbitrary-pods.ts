import fc from 'fast-check';
import type { Lookup } from '../../src/catalog/lookup.ts';
import { HOST } from './catalog.ts';
import type { Json } from './reviews.ts';

/** Pods of any shape that the API server could send, with images inside and outside the catalog. */
export function podsFor(lookup: Lookup): fc.Arbitrary<Json> {
  const shortName = fc.constantFrom(...lookup.shortNames.keys());
  const url = fc.constantFrom(
    ...lookup.catalog.entries.flatMap(({ image, variants }) => [
      ...(image ? [image] : []),
      ...variants.map(([, it]) => it),
    ]),
  );
  const tag = fc.constantFrom('', '', ':latest', ':v1', '@sha256:00', ':latest@sha256:00');
  const image = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(shortName, tag).map((parts) => parts.join('')) },
    { weight: 3, arbitrary: fc.tuple(url, tag).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: shortName.map((name) => `${HOST}/${name}`) },
    { weight: 1, arbitrary: shortName.map((name) => `${name}x`) },
    fc.constantFrom(
      'nginx',
      '',
      'nodee16',
      'tools-harbor.wmcloud.org/tool-x/y:latest',
      '__proto__',
      'constructor',
    ),
    fc.string({ unit: 'binary' }),
  );
  const name = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('web', 'job', 'a', 'b-c') },
    fc.constantFrom('A', '__proto__', 'a/b~c', 'a~1b', '', 'x'.repeat(64)),
    fc.string({ unit: 'binary' }),
  );
  const container = fc.record({ name, image, resources: fc.constant({}) }, { requiredKeys: [] });
  const containers = fc.option(fc.array(container, { maxLength: 5 }));
  const fact = fc
    .tuple(fc.constantFrom('requested', 'name', 'deprecated'), name)
    .map(([kind, about]) => `${kind}.image-config.toolforge.org/${about}`);
  const annotations = fc.dictionary(
    fc.oneof(
      { weight: 8, arbitrary: fact },
      fc.constantFrom('__proto__', 'a.b/c', 'image-config.toolforge.org/deprecated'),
      {
        weight: 1,
        arbitrary: fc.oneof(
          { weight: 3, arbitrary: fc.string() },
          fc.constant('kubernetes.io/config.mirror'),
        ),
      },
    ),
    fc.oneof(image, shortName, fc.string()),
    { maxKeys: 8 },
  );
  const labels = fc.record(
    {
      'app.kubernetes.io/managed-by': fc.constantFrom(
        'webservice',
        'toolforge-jobs-framework',
        'Helm',
        '*',
        '__proto__',
      ),
      'image-config.toolforge.org/deprecated': fc.constantFrom('true', 'false', ''),
      toolforge: fc.constant('tool'),
    },
    { requiredKeys: [] },
  );
  return (
    fc
      .record({
        metadata: fc.record(
          { annotations: fc.option(annotations), labels: fc.option(labels) },
          { requiredKeys: [] },
        ),
        spec: fc.record(
          { containers, initContainers: containers, ephemeralContainers: containers },
          { requiredKeys: [] },
        ),
      })
      // Like parsed JSON: no shared parts, and `__proto__` is an ordinary key.
      .map((pod) => JSON.parse(JSON.stringify(pod)))
  );
}
