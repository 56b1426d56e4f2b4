import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/catalog/load.ts';
import { HOST, NEW_HOST } from '../support/catalog.ts';
import {
  configMap,
  configMapRequest,
  createOf,
  deleteOf,
  messageOf,
  updateOf,
  validate,
} from '../support/image-config.ts';
import { catalogOf, deprecatedEntry, entry, usageOf } from '../support/problems.ts';
import { recordedRequest } from '../support/reviews.ts';
import { expectAllowed, expectDenied } from '../support/verdicts.ts';

const GOOD = catalogOf(entry('node18', 'aliases: [tf-node18]'), entry('node20'));
const BAD = catalogOf(entry('node18', 'aliases: [tf-node18]').replace('stable', 'stabel'), entry('node20'));
const OTHER_BAD = catalogOf(entry('node18'), 'node20: {}');

const denied = (request: Parameters<typeof validate>[0], context?: Parameters<typeof validate>[1]): boolean =>
  validate(request, context).kind === 'denied';

describe('the recorded review', () => {
  it.each(['image-config-create', 'image-config-update'])('%s is allowed', (name) => {
    expect(validate(recordedRequest(name)).kind).toBe('allowed');
  });

  it.each(['image-config-delete', 'image-config-deletecollection', 'refused-edit'])(
    '%s is denied',
    (name) => {
      expect(validate(recordedRequest(name)).kind).toBe('denied');
    },
  );
});

const NOT_COMPARED = 'not compared: nothing is stored, and this replica serves no catalog';
const comparedWith = (served: string): string =>
  `compared with the catalog that this replica serves, ${digestOf(served)}`;

describe('CREATE', () => {
  it('of a good catalog is allowed with a warning that it was not compared', () => {
    expectAllowed(validate(createOf(configMap(GOOD))), [NOT_COMPARED]);
  });

  it('of a catalog with warnings is allowed with them', () => {
    expectAllowed(validate(createOf(configMap(catalogOf(entry('node18', 'memory: 1'))))), [
      NOT_COMPARED,
      'node18.memory (line 1, unknown-field): the field "memory" is unknown (known here: state, image, aliases, former-images, variants, deprecation); leave it if a consumer reads it, else delete it',
    ]);
  });

  it('of a bad catalog is denied', () => {
    expect(denied(createOf(configMap(BAD)))).toBe(true);
  });

  it('of a bad catalog has the codes of its errors, and in observe mode a warning for each', () => {
    expect(validate(createOf(configMap(BAD)))).toMatchObject({
      codes: ['unknown-value'],
      instead: {
        kind: 'allowed',
        warnings: [
          'would be denied: 1 error; stored all the same, since the webhook only observes',
          NOT_COMPARED,
          expect.stringContaining('unknown-value'),
        ],
      },
    });
  });

  it('is compared with the catalog that is served, and the answer names its digest', () => {
    const served = catalogOf(deprecatedEntry('node12'), entry('node20'));
    const usage = { ...usageOf({ entries: ['node12'] }), catalogDigest: digestOf(served) };
    expectAllowed(validate(createOf(configMap(served)), { served, usage }), [comparedWith(served)]);
    const message = messageOf(validate(createOf(configMap(catalogOf(entry('node20')))), { served, usage }));
    expect(message).toContain('node12 (line 1, column 1): error name-removed');
    expect(message).toContain(comparedWith(served));
    const acknowledge = `node12@${digestOf(served).slice(7, 19)}`;
    expect(message).toMatch(
      new RegExp(`under metadata.annotations:\\n {2}image-config.toolforge.org/acknowledge: ${acknowledge}$`),
    );
    const again = createOf(configMap(catalogOf(entry('node20')), { acknowledge }));
    expect(validate(again, { served, usage }).kind).toBe('allowed');
  });

  it('of a catalog for webservice alone is denied, unless such a catalog is stored', () => {
    const web = (name: string) =>
      `${name}: {state: stable, variants: {webservice: {image: ${HOST}/${name}, extra: {wstype: js}}}}`;
    const [one, two] = [catalogOf(web('a')), catalogOf(web('a'), web('b'))];
    expect(messageOf(validate(createOf(configMap(one))))).toContain('error nothing-for-jobs');
    expect(validate(updateOf(configMap(one), configMap(two))).kind).toBe('allowed');
  });

  it('of an immutable ConfigMap is denied, and allowed if that is acknowledged', () => {
    const immutable = { ...configMap(GOOD), immutable: true };
    expect(messageOf(validate(createOf(immutable), { served: GOOD }))).toContain(
      'error immutable-config-map',
    );
    const meant = { ...configMap(GOOD, { acknowledge: 'immutable' }), immutable: true };
    expect(validate(createOf(meant)).kind).toBe('allowed');
  });
});

describe('UPDATE', () => {
  it('to a good catalog is allowed, whatever is stored', () => {
    expectAllowed(validate(updateOf(configMap(GOOD), configMap(`${GOOD}# and a comment\n`))));
    expectAllowed(validate(updateOf(configMap(BAD), configMap(GOOD))));
    expectAllowed(validate(updateOf(configMap(undefined), configMap(GOOD))), [NOT_COMPARED]);
  });

  it('that adds the missing key is compared with the catalog that is served', () => {
    const served = catalogOf(entry('node18'), entry('node20'));
    const { warnings } = validate(updateOf(configMap(undefined), configMap(catalogOf(entry('node20')))), {
      served,
    });
    expect(warnings.slice(0, 2)).toEqual([
      comparedWith(served),
      expect.stringMatching(/^node18 \(name-removed\): the name node18 is removed/),
    ]);
  });

  it('that makes the object immutable is denied, whatever the text', () => {
    for (const text of [GOOD, BAD, undefined]) {
      const object = { ...configMap(text), immutable: true };
      const message = messageOf(validate(updateOf(configMap(text), object)));
      expect(message).toMatch(/^1 error in images-v1\.yaml; nothing has been changed/);
      expect(message).toContain('immutable (line 1, column 1): error immutable-config-map');
      const acknowledge = /acknowledge=(\S+) --overwrite$/.exec(message)?.[1] ?? '';
      const again = { ...configMap(text, { acknowledge }), immutable: true };
      expect(validate(updateOf(configMap(text, { acknowledge }), again)).kind).toBe('allowed');
      expectAllowed(validate(updateOf(object, object)));
    }
  });

  it('that makes an object without a text immutable is allowed by the command in its denial', () => {
    const edit = (acknowledge?: string) => {
      const annotations = acknowledge === undefined ? {} : { acknowledge };
      const after = { ...configMap(GOOD, annotations), immutable: true };
      return validate(updateOf(configMap(undefined, annotations), after));
    };
    const acknowledge = /acknowledge=(\S+) --overwrite$/.exec(messageOf(edit()))?.[1];
    expect(acknowledge).toMatch(/^immutable@/);
    expect(edit(acknowledge).kind).toBe('allowed');
  });

  it('that makes the object immutable is denied even with break-glass, which is about a text', () => {
    const object = { ...configMap(BAD, { accept: digestOf(BAD) }), immutable: true };
    expect(messageOf(validate(updateOf(configMap(GOOD), object)))).toContain('immutable-config-map');
  });

  it('from one bad catalog to another is denied', () => {
    expect(denied(updateOf(configMap(BAD), configMap(OTHER_BAD)))).toBe(true);
  });

  it('without a change of a bad catalog is allowed', () => {
    expectAllowed(validate(updateOf(configMap(BAD), configMap(BAD))));
  });

  it('of labels and annotations alone is allowed on a bad catalog, so that break-glass works', () => {
    expectAllowed(validate(updateOf(configMap(BAD), configMap(BAD, { accept: digestOf(OTHER_BAD) }))));
    const labelled = configMap(BAD);
    labelled.metadata.labels = null;
    labelled.metadata.annotations = null;
    expectAllowed(validate(updateOf(configMap(BAD), labelled)));
  });

  it('of other keys is allowed', () => {
    const more = configMap(GOOD);
    more.data.README = 'not ours';
    expectAllowed(validate(updateOf(configMap(GOOD), more)));
  });

  it('of a ConfigMap without a catalog before and after is allowed', () => {
    expectAllowed(validate(updateOf(configMap(undefined), configMap(undefined))));
  });

  it('with dryRun gets the same answer as without', () => {
    const dryRun = { operation: 'UPDATE', dryRun: true, object: configMap(BAD), oldObject: configMap(GOOD) };
    expect(validate(configMapRequest(dryRun))).toEqual(
      validate(configMapRequest({ ...dryRun, dryRun: false })),
    );
  });
});

describe('missing-data-key', () => {
  const MESSAGE = (words: string) =>
    [
      '1 error in images-v1.yaml; nothing has been changed',
      `data.images-v1.yaml (line 1, column 1): error missing-data-key\n  the ConfigMap has no images-v1.yaml in data${words}`,
      'Each code in full: image-config-admission explain CODE',
    ].join('\n\n');
  const ABSENT = MESSAGE(
    '; data has no key; put the catalog under data, key images-v1.yaml: without it webservice and jobs fail for every tool',
  );

  it('denies a ConfigMap without the key', () => {
    expectDenied(validate(createOf(configMap(undefined))), ABSENT);
    expectDenied(validate(updateOf(configMap(GOOD), configMap(undefined))), ABSENT);
    expectDenied(validate(createOf({ ...configMap(undefined), data: null })), ABSENT);
  });

  it('names the keys that are there', () => {
    expectDenied(
      validate(createOf({ ...configMap(undefined), data: { 'images-v2.yaml': GOOD } })),
      MESSAGE(
        '; data has images-v2.yaml; rename the key images-v2.yaml to images-v1.yaml, if it has the catalog: without it webservice and jobs fail for every tool',
      ),
    );
  });

  it('denies a key in binaryData, where kubectl puts a file that is not UTF-8', () => {
    const binary = (text: string, encoding: BufferEncoding) => ({
      ...configMap(undefined),
      binaryData: { 'images-v1.yaml': Buffer.from(text, encoding).toString('base64') },
    });
    const latin1 = binary('# Gr\u00f6\u00dfe\n', 'latin1');
    const refused = MESSAGE(
      ' (it is in binaryData, which no consumer reads); kubectl puts a file there that is not UTF-8; convert the file, and apply it again: iconv -f ISO-8859-1 -t UTF-8 OLD > images-v1.yaml',
    );
    expectDenied(validate(createOf(latin1)), refused);
    expectDenied(validate(updateOf(configMap(GOOD), latin1)), refused);
    expectDenied(
      validate(createOf(binary('node18:', 'utf8'))),
      MESSAGE(' (it is in binaryData, which no consumer reads); move the text, decoded from base64, to data'),
    );
  });

  it('cannot be accepted by break-glass', () => {
    expectDenied(validate(createOf(configMap(undefined, { accept: digestOf('') }))), ABSENT);
  });

  it('does not apply to an empty text', () => {
    expect(messageOf(validate(createOf(configMap(''))))).toContain('error not-a-mapping');
  });
});

describe('DELETE', () => {
  const REFUSAL =
    'the ConfigMap would be deleted: without it webservice and jobs fail for every tool\n\n' +
    'config-map-deleted: to delete it anyway: kubectl annotate -n tf-public configmap/image-config image-config.toolforge.org/allow-delete=true';

  it('is denied with the command that allows it', () => {
    expectDenied(validate(deleteOf(configMap(GOOD))), REFUSAL);
    expectDenied(validate(deleteOf(configMap(BAD))), REFUSAL);
    expectDenied(validate(deleteOf(configMap(undefined))), REFUSAL);
    expectDenied(validate(deleteOf(null)), REFUSAL);
  });

  it('is denied for a collection, where the request has no name', () => {
    expectDenied(validate(deleteOf(configMap(GOOD), { name: '' })), REFUSAL);
    expectDenied(validate(deleteOf(configMap(GOOD), { name: undefined })), REFUSAL);
  });

  it('is allowed by the annotation, only if its value is "true"', () => {
    expectAllowed(validate(deleteOf(configMap(GOOD, { 'allow-delete': 'true' }))));
    for (const value of ['false', 'True', '', '1', 'true '])
      expectDenied(validate(deleteOf(configMap(GOOD, { 'allow-delete': value }))), REFUSAL);
  });

  it.each(['system:serviceaccount:kube-system:namespace-controller', 'system:kube-controller-manager'])(
    'is allowed to %s, so that the namespace can be deleted',
    (username) => {
      expectAllowed(validate(deleteOf(configMap(GOOD), { userInfo: { username } })));
      expectAllowed(validate(deleteOf(configMap(GOOD), { userInfo: { username }, name: '' })));
    },
  );

  it.each([
    'system:serviceaccount:tool-x:namespace-controller',
    'namespace-controller',
    'system:serviceaccount:kube-system:generic-garbage-collector',
    '',
  ])('is not allowed to "%s"', (username) => {
    expect(denied(deleteOf(configMap(GOOD), { userInfo: { username } }))).toBe(true);
  });

  it('is denied whatever a user writes into the object', () => {
    const leaving = configMap(GOOD);
    leaving.metadata.deletionTimestamp = '2026-11-22T00:00:00Z';
    leaving.metadata.labels = { 'image-config.toolforge.org/allow-delete': 'true' };
    expect(denied(deleteOf(leaving))).toBe(true);
  });
});

describe('another object', () => {
  const named = (name: string, namespace = 'tf-public') => {
    const object = configMap(BAD);
    object.metadata.name = name;
    object.metadata.namespace = namespace;
    return object;
  };

  it.each([
    ['another ConfigMap', named('kube-root-ca.crt'), {}],
    ['another namespace', named('image-config', 'tool-wikibugs'), { namespace: 'tool-wikibugs' }],
    ['a name in capitals', named('Image-Config'), {}],
  ])('is allowed untouched: %s', (_, object, request) => {
    const name = object.metadata.name;
    expectAllowed(validate(configMapRequest({ operation: 'CREATE', object, name, ...request })));
    expectAllowed(
      validate(
        configMapRequest({ operation: 'UPDATE', object, oldObject: configMap(GOOD), name, ...request }),
      ),
    );
    expectAllowed(validate(configMapRequest({ operation: 'DELETE', oldObject: object, name, ...request })));
    expectAllowed(
      validate(configMapRequest({ operation: 'DELETE', oldObject: object, name: '', ...request })),
    );
  });

  it('may have the same name in another resource, group or subresource', () => {
    const request = { operation: 'CREATE', object: configMap(BAD) };
    for (const resource of [
      { resource: { group: '', resource: 'secrets' } },
      { resource: { group: 'example.org', resource: 'configmaps' } },
      { subResource: 'status' },
    ])
      expectAllowed(validate(configMapRequest({ ...request, ...resource })));
  });

  it('may have any content in another resource, which the webhook must not block', () => {
    for (const object of [{ data: { 'images-v1.yaml': 5 } }, { metadata: null }, 'x'])
      for (const operation of ['CREATE', 'UPDATE', 'DELETE'])
        expectAllowed(
          validate(
            configMapRequest({
              operation,
              object,
              oldObject: object,
              resource: { group: 'example.org', resource: 'widgets' },
            }),
          ),
        );
  });
});

describe('break-glass', () => {
  const accept = { accept: digestOf(BAD) };
  const WARNINGS = [
    'accepted by image-config.toolforge.org/accept with 1 error; names still resolve by the last good catalog',
    'node18.state (line 1, unknown-value): "stabel" is not allowed here (did you mean stable?); write one of: stable, deprecated, beta',
  ];

  it('on the new object allows exactly this text, and its errors become warnings', () => {
    expectAllowed(validate(createOf(configMap(BAD, accept))), [
      ...WARNINGS.slice(0, 1),
      NOT_COMPARED,
      ...WARNINGS.slice(1),
    ]);
    expectAllowed(validate(updateOf(configMap(GOOD), configMap(BAD, accept))), WARNINGS);
  });

  it('on the old object allows it, too: first annotate, then apply', () => {
    expectAllowed(validate(updateOf(configMap(GOOD, accept), configMap(BAD))), WARNINGS);
  });

  it.each([
    ['one byte more', `${BAD}\n`],
    ['one byte less', BAD.slice(0, -1)],
    ['one letter changed', BAD.replace('stabel', 'stabell')],
    ['CRLF for LF', BAD.replaceAll('\n', '\r\n')],
    ['another bad text', OTHER_BAD],
  ])('does not allow another text: %s', (_, text) => {
    expect(denied(updateOf(configMap(GOOD, accept), configMap(text, accept)))).toBe(true);
  });

  it.each([
    digestOf(BAD).toUpperCase(),
    digestOf(BAD).replace('sha256:', ''),
    `${digestOf(BAD)} `,
    digestOf(BAD).slice(0, 30),
    'sha256:',
    '*',
    'true',
    '',
  ])('does not accept "%s" as the digest', (value) => {
    expect(denied(updateOf(configMap(GOOD), configMap(BAD, { accept: value })))).toBe(true);
  });

  it('has no effect on other edits', () => {
    expectAllowed(validate(updateOf(configMap(BAD, accept), configMap(GOOD, accept))));
    expectAllowed(validate(updateOf(configMap(GOOD), configMap(`${GOOD}\n`, { accept: 'nonsense' }))));
  });

  it('allows the removal of a name in use, with a warning', () => {
    const text = catalogOf(entry('node20'));
    const before = configMap(catalogOf(deprecatedEntry('node18'), entry('node20')));
    const usage = usageOf({ entries: ['node18'] });
    expect(denied(updateOf(before, configMap(text)), { usage })).toBe(true);
    const { kind, warnings } = validate(updateOf(before, configMap(text, { accept: digestOf(text) })), {
      usage,
    });
    expect(kind).toBe('allowed');
    expect(warnings[0]).toBe('accepted by image-config.toolforge.org/accept with 1 error');
    expect(warnings[1]).toMatch(
      /^node18 \(name-removed\): the name node18 is removed \(in use by 2 workloads of 1 tool/,
    );
  });

  it('restores an old document that is invalid today', () => {
    const ancient = 'python3.9: &p\n  state: stable\npython3: *p\n';
    const message = messageOf(validate(updateOf(configMap(GOOD), configMap(ancient))));
    const command = /image-config\.toolforge\.org\/accept=(\S+) --overwrite$/.exec(message)?.[1] ?? '';
    expect(validate(updateOf(configMap(GOOD, { accept: command }), configMap(ancient))).kind).toBe('allowed');
  });
});

describe('the problems of a change', () => {
  const before = configMap(catalogOf(deprecatedEntry('node12', 'aliases: [tf-node12]'), entry('node20')));
  const text = catalogOf(entry('node20'));

  it('are warnings while usage is unknown, and say so', () => {
    expectAllowed(validate(updateOf(before, configMap(text))), [
      'node12 (name-removed): the name node12 is removed with its alias tf-node12 (its use is not known here); jobs that ask for it can no longer be created; check that no tool needs it, or keep it',
      'Compared for webservice and jobs-api of 2026, which read the old catalog.',
    ]);
  });

  const usage = usageOf({ entries: ['node12'], shortNames: ['tf-node12'] });
  const annotated = (acknowledge: string) => configMap(before.data['images-v1.yaml'], { acknowledge });

  it('deny an edit that removes a name in use, unless the edit acknowledges it', () => {
    expect(denied(updateOf(before, configMap(text)), { usage })).toBe(true);
    expect(denied(updateOf(before, configMap(text, { acknowledge: 'node' })), { usage })).toBe(true);
    const { kind, warnings } = validate(updateOf(before, configMap(text, { acknowledge: 'node12' })), {
      usage,
    });
    expect(kind).toBe('allowed');
    expect(warnings).toEqual([
      'node12 (name-removed): the name node12 is removed with its alias tf-node12 (in use by 2 workloads of 1 tool: tool-wikibugs/CronJob/report, tool-wikibugs/Deployment/web); jobs that ask for it can no longer be created; it is acknowledged',
      'Compared for webservice and jobs-api of 2026, which read the old catalog.',
    ]);
  });

  it('end with the command that acknowledges them, which counts once', () => {
    const message = messageOf(validate(updateOf(before, configMap(text)), { usage }));
    expect(message).not.toContain('image-config.toolforge.org/accept');
    const [, acknowledge = ''] =
      /\n {2}kubectl annotate -n tf-public configmap\/image-config image-config\.toolforge\.org\/acknowledge=(\S+) --overwrite$/.exec(
        message,
      ) ?? [];
    expect(acknowledge).toMatch(/^node12@[0-9a-f]{12}$/);
    // First `kubectl annotate`, then `apply`, which keeps the annotation, or `replace`, which drops it.
    for (const object of [configMap(text, { acknowledge }), configMap(text)])
      expect(validate(updateOf(annotated(acknowledge), object), { usage }).kind).toBe('allowed');
    const spent = configMap(text, { acknowledge });
    const next = configMap(catalogOf(entry('node22')), { acknowledge });
    expect(denied(updateOf(spent, next), { usage: usageOf({ entries: ['node20'] }) })).toBe(true);
  });

  it('are not acknowledged by an annotation that was there before, and say so', () => {
    const message = messageOf(
      validate(updateOf(annotated('node12'), configMap(text, { acknowledge: 'node12' })), { usage }),
    );
    expect(message).toContain(
      'image-config.toolforge.org/acknowledge: "node12" does not count: it is older than this edit and names no stored text',
    );
    const other = 'node12@000000000000';
    expect(
      messageOf(validate(updateOf(annotated(other), configMap(text, { acknowledge: other })), { usage })),
    ).toContain(`"${other}" does not count: it names another text than the stored one`);
  });

  it('end with break-glass if the text itself has errors', () => {
    const message = messageOf(validate(updateOf(before, configMap('node20: {}\n')), { usage }));
    expect(message).toContain('error name-removed');
    expect(message).toMatch(/image-config\.toolforge\.org\/accept=sha256:[0-9a-f]{64} --overwrite$/);
  });

  it('come after the errors of the catalog itself', () => {
    const message = messageOf(validate(updateOf(before, configMap(catalogOf('node20: {}')))));
    expect(message.indexOf('missing-field')).toBeGreaterThan(0);
    expect(message.indexOf('name-removed')).toBeGreaterThan(message.indexOf('missing-field'));
    expect(message).toMatch(/^4 errors and 3 warnings in images-v1\.yaml; nothing has been changed/);
  });

  it.each(['', '%', '{}', '- node12', 'node12: "'])(
    'are left out for a text without entries: %j',
    (broken) => {
      expect(messageOf(validate(updateOf(before, configMap(broken))))).not.toContain('-removed');
    },
  );
});

describe('warnings', () => {
  it('are within the limits of the API server, the most important first', () => {
    const aliases = Array.from({ length: 300 }, (_, index) => `tf-image-${index}`);
    const before = configMap(catalogOf(entry('node18', `aliases: [${aliases.join(', ')}]`)));
    const { kind, warnings } = validate(updateOf(before, configMap(catalogOf(entry('node18')))));
    expect(kind).toBe('allowed');
    expect(warnings.at(-1)).toBe('and more, which there is no room for');
    for (const warning of warnings) expect(Buffer.byteLength(warning)).toBeLessThanOrEqual(256);
    expect(Buffer.byteLength(warnings.join(''))).toBeLessThanOrEqual(4_096);
  });

  it('name the losses of an edit before problems of the text alone', () => {
    const half = (web: string) =>
      catalogOf(
        entry('node20'),
        ...Array.from(
          { length: 40 },
          (_, index) => `n${index}: {state: stable, variants: {jobs-framework: {image: ${HOST}/n${index}}}}`,
        ),
        `last: {state: stable, variants: {jobs-framework: {image: ${HOST}/last}${web}}}`,
      );
    const web = `, webservice: {image: ${HOST}/last-web, extra: {wstype: js}}`;
    const before = configMap(
      half(web)
        .replace('n39:', `web: {state: stable, variants: {${web.slice(2)}}}\nn39:`)
        .replace('last-web', 'other-web'),
    );
    const { warnings } = validate(
      updateOf(before, configMap(before.data['images-v1.yaml'].replace(web, ''))),
    );
    expect(warnings[0]).toMatch(/^last \(line \d+, reader-loses-name\): webservice can no longer use last/);
    expect(warnings.at(-1)).toBe('and more, which there is no room for');
  });

  it('say that an edit of an unreadable text was not compared with it', () => {
    for (const unreadable of ['%', '', '[]', 'a: b: c'])
      expectAllowed(validate(updateOf(configMap(unreadable), configMap(GOOD))), [
        'not compared: the stored images-v1.yaml cannot be read as a catalog, so it is unknown which names this edit removes',
      ]);
    expectAllowed(validate(updateOf(configMap('{}'), configMap(GOOD))));
  });

  it('say that an edit of an unreadable text was not compared when it is accepted, too', () => {
    const { kind, warnings } = validate(updateOf(configMap('%'), configMap(BAD, { accept: digestOf(BAD) })));
    expect(kind).toBe('allowed');
    expect(warnings[1]).toMatch(/^not compared: the stored images-v1.yaml cannot be read/);
  });

  it('have the whole code, place and remedy; only the message is cut', () => {
    const long = `${NEW_HOST}/${'toolforge-pre-built/'.repeat(5)}node18`;
    const before = configMap(catalogOf(entry('node18', '', `${HOST}/node18`)));
    const { warnings } = validate(updateOf(before, configMap(catalogOf(entry('node18', '', long)))));
    expect(warnings[0]).toMatch(
      /^node18\.image \(line 1, url-changed\): .*…; list the old URL under former-images of the entry, or check that no job runs it$/,
    );
    expect(Buffer.byteLength(warnings[0] ?? '')).toBeLessThanOrEqual(256);
  });

  it('have no control character, whatever the catalog has', () => {
    const odd = 'node18\u200b\u202e';
    const { warnings } = validate(
      createOf(configMap(catalogOf(entry('node18', `'${odd}': 1`).replace('\u202e', '')))),
    );
    expect(warnings.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(warnings).toHaveLength(2);
  });
});
