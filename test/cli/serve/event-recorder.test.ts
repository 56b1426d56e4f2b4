import { expect, test } from 'vitest';
import { EventRecorder } from '../../../src/cli/serve/event-recorder.ts';
import type { EventFacts } from '../../../src/cluster/events.ts';
import { collectLog } from '../../support/log.ts';

const event = (key: string, uid = 'a-uid'): EventFacts => ({
  about: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'tf-public', name: 'image-config', uid },
  type: 'Warning',
  reason: 'InvalidCatalog',
  message: 'some words',
  key,
});

function setUp(fault: () => Error | undefined = () => undefined) {
  const recorded: string[] = [];
  const { log, told } = collectLog();
  const teller = new EventRecorder(async ({ key, about }) => {
    await Promise.resolve();
    const error = fault();
    if (error) throw error;
    recorded.push(`${about.uid} ${key}`);
  }, log);
  return { teller, recorded, told };
}

test('the same is written once, however often it is told; another one by itself', async () => {
  const { teller, recorded, told } = setUp();
  await Promise.all([
    teller.recordAll([event('a')]),
    teller.recordAll([event('a')]),
    teller.recordAll([event('a'), event('b')]),
  ]);
  await teller.recordAll([event('a', 'another-uid')]);
  expect(recorded).toEqual(['a-uid a', 'a-uid b', 'another-uid a']);
  expect(told('event recorded')[0]).toMatchObject({
    level: 'info',
    event: { reason: 'InvalidCatalog', object: 'tf-public/image-config', message: 'some words' },
  });
});

test('what could not be written is tried again when it is told again, with one line about the fault', async () => {
  let fault: Error | undefined = new Error('forbidden');
  const { teller, recorded, told } = setUp(() => fault);
  for (let time = 0; time < 3; time += 1) await teller.recordAll([event('a')]);
  expect(recorded).toEqual([]);
  expect(told('event not recorded')).toMatchObject([{ level: 'warn', fault: 'forbidden' }]);
  fault = undefined;
  await teller.recordAll([event('a')]);
  expect(recorded).toEqual(['a-uid a']);
});
