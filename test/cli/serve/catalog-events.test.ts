import { describe, expect, it } from 'vitest';
import { catalogEvents, EventRecorder } from '../../../src/cli/serve/catalog-events.ts';
import type { EventFacts } from '../../../src/cluster/events.ts';
import { collectLog } from '../../support/log.ts';

const stored = { namespace: 'tf-public', name: 'image-config', uid: 'a-uid', annotations: {} };
const about = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'tf-public',
  name: 'image-config',
  uid: 'a-uid',
};
const report = { digest: 'sha256:abc', errors: 0, warnings: 0, problems: [] };
const invalid = {
  ...report,
  errors: 2,
  problems: ['1:1 missing-field: python3.11: …', '3:1 invalid-name: …'],
};
const accepting = (digest: string) => ({
  ...stored,
  annotations: { 'image-config.toolforge.org/accept': digest },
});

describe('Events on the ConfigMap', () => {
  it('are none for a good catalog', () => {
    expect(catalogEvents(stored, report)).toEqual([]);
    expect(catalogEvents(accepting('sha256:of-another-text'), { ...report, warnings: 3 })).toEqual([]);
  });

  it('name the problems of an invalid catalog', () => {
    expect(catalogEvents(stored, invalid)).toEqual([
      {
        about,
        type: 'Warning',
        reason: 'InvalidCatalog',
        message:
          'The stored catalog sha256:abc has 2 errors: its users may fail, and Pods are answered from the last good one, ' +
          'where there was one. 1:1 missing-field: python3.11: …; 3:1 invalid-name: …',
        key: 'sha256:abc',
      },
    ]);
  });

  it('say that an invalid catalog was accepted by break-glass', () => {
    const [, accepted, ...more] = catalogEvents(accepting('sha256:abc'), invalid);
    expect(accepted).toEqual({
      about,
      type: 'Warning',
      reason: 'CatalogAccepted',
      message:
        'The catalog sha256:abc is stored by break-glass, as the annotation image-config.toolforge.org/accept says, with its 2 errors',
      key: 'sha256:abc',
    });
    expect(more).toEqual([]);
  });

  it('report an accepted edit without errors as normal', () => {
    expect(catalogEvents(accepting('sha256:abc'), report)).toMatchObject([
      {
        type: 'Normal',
        reason: 'CatalogAccepted',
        message: expect.stringContaining('by itself it has no error'),
      },
    ]);
  });
});

const event = (key: string, uid = 'a-uid'): EventFacts => ({
  about: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'tf-public', name: 'image-config', uid },
  type: 'Warning',
  reason: 'InvalidCatalog',
  message: 'some words',
  key,
});

function setUp(fault: () => Error | undefined = () => undefined) {
  const recorded: string[] = [];
  const { log, logged } = collectLog();
  const recorder = new EventRecorder(async ({ key, about }) => {
    await Promise.resolve();
    const error = fault();
    if (error) throw error;
    recorded.push(`${about.uid} ${key}`);
  }, log);
  return { recorder, recorded, logged };
}

describe('the recorder', () => {
  it('writes an Event once, however often it is passed', async () => {
    const { recorder, recorded, logged } = setUp();
    await Promise.all([
      recorder.recordAll([event('a')]),
      recorder.recordAll([event('a')]),
      recorder.recordAll([event('a'), event('b')]),
    ]);
    await recorder.recordAll([event('a', 'another-uid')]);
    expect(recorded).toEqual(['a-uid a', 'a-uid b', 'another-uid a']);
    expect(logged('event recorded')[0]).toMatchObject({
      level: 'info',
      event: { reason: 'InvalidCatalog', object: 'tf-public/image-config', message: 'some words' },
    });
  });

  it('tries a failed Event again when it is passed again, and logs the fault once', async () => {
    let fault: Error | undefined = new Error('forbidden');
    const { recorder, recorded, logged } = setUp(() => fault);
    for (let time = 0; time < 3; time += 1) await recorder.recordAll([event('a')]);
    expect(recorded).toEqual([]);
    expect(logged('event not recorded')).toMatchObject([{ level: 'warn', fault: 'forbidden' }]);
    fault = undefined;
    await recorder.recordAll([event('a')]);
    expect(recorded).toEqual(['a-uid a']);
  });
});
