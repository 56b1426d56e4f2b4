import { setFlagsFromString } from 'node:v8';
import { describe, expect, test, vi } from 'vitest';
import { SingleWorker, type SingleWorkerOptions } from '../../src/server/single-worker.ts';

/** Echoes, or obeys a command. `which` returns the number of the thread. */
const source = `
  import { getHeapStatistics } from 'node:v8';
  import { parentPort, threadId } from 'node:worker_threads';
  parentPort.on('message', (message) => {
    if (message === 'throw') throw new Error('thrown in the thread');
    if (message === 'exit') process.exit(3);
    if (message === 'spin') for (;;);
    if (message === 'sleep') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    if (message === 'grow') { const held = []; for (;;) held.push(new Array(1e6).fill(message)); }
    if (message === 'report') return parentPort.postMessage({ error: 'reported' });
    if (message === 'limit') return parentPort.postMessage({ result: getHeapStatistics().heap_size_limit });
    if (message === 'which') return parentPort.postMessage({ result: threadId });
    parentPort.postMessage({ result: message });
  });
`;

function start(options: Partial<SingleWorkerOptions> = {}): SingleWorker & AsyncDisposable {
  const worker = new SingleWorker({
    file: new URL(`data:text/javascript,${encodeURIComponent(source)}`),
    name: 'test',
    resourceLimits: { maxOldGenerationSizeMb: 32 },
    idle: 60_000,
    grace: 0,
    maxQueued: 10,
    ...options,
  });
  return Object.assign(worker, { [Symbol.asyncDispose]: () => worker.close() });
}

describe('SingleWorker', () => {
  test('one thread answers calls one after the other', async () => {
    await using worker = start();
    const answers = await Promise.all([
      worker.call('which', { within: 10_000 }),
      worker.call('a', { within: 10_000 }),
      worker.call('which', { within: 10_000 }),
    ]);
    expect(answers).toEqual([expect.any(Number), 'a', answers[0]]);
  });

  test.each([
    ['throw', 'the test thread crashed'],
    ['exit', 'the test thread ended with code 3'],
    ['grow', 'the test thread crashed'],
  ])(
    'a call that makes the thread %s fails alone, and the next gets a new thread',
    async (message, reason) => {
      await using worker = start();
      const before = await worker.call('which', { within: 10_000 });
      const broken = worker.call(message, { within: 20_000 });
      const next = worker.call('which', { within: 20_000 });
      await expect(broken).rejects.toThrow(reason);
      expect(await next).not.toBe(before);
    },
  );

  test.each(['--max-old-space-size=2048', '--max-semi-space-size=512'])(
    'the memory of the thread stays bounded in a process with %s, as in NODE_OPTIONS',
    async (flag) => {
      await using before = start();
      const limit = await before.call('limit', { within: 10_000 });
      setFlagsFromString(flag);
      await using after = start();
      expect(await after.call('limit', { within: 10_000 })).toBe(limit);
    },
  );

  test('a call that misses its deadline fails, and the next gets the same thread', async () => {
    await using worker = start({ grace: 10_000 });
    const before = await worker.call('which', { within: 10_000 });
    const sleeping = worker.call('sleep', { within: 50 });
    const next = worker.call('which', { within: 10_000 });
    await expect(sleeping).rejects.toThrow('the test thread took too long');
    expect(await next).toBe(before);
  });

  test('a call that outlasts the grace ends the thread, and the calls that wait get a new one', async () => {
    await using worker = start();
    await worker.call('warm up', { within: 10_000 });
    const spinning = worker.call('spin', { within: 50 });
    const next = worker.call('next', { within: 10_000 });
    await expect(spinning).rejects.toThrow('the test thread took too long');
    expect(await next).toBe('next');
  });

  test('a waiting call that misses its deadline fails, and the one before it goes on', async () => {
    await using worker = start();
    await worker.call('warm up', { within: 10_000 });
    const spinning = worker.call('spin', { within: 300 });
    await expect(worker.call('waiting', { within: 30 })).rejects.toThrow(
      'the test thread was busy for too long',
    );
    await expect(spinning).rejects.toThrow('took too long');
  });

  test('an error that the thread reports does not end it', async () => {
    await using worker = start();
    const before = await worker.call('which', { within: 10_000 });
    await expect(worker.call('report', { within: 10_000 })).rejects.toThrow('reported');
    expect(await worker.call('which', { within: 10_000 })).toBe(before);
  });

  test('an idle thread ends, and the next call starts another', async () => {
    await using worker = start({ idle: 1 });
    const before = await worker.call('which', { within: 10_000 });
    await vi.waitFor(async () => expect(await worker.call('which', { within: 10_000 })).not.toBe(before), {
      interval: 30,
    });
  });

  test('a call that takes longer than the idle time keeps the thread', async () => {
    await using worker = start({ idle: 50 });
    await worker.call('warm up', { within: 10_000 });
    // It sleeps for 200 ms.
    expect(await worker.call('sleep', { within: 10_000 })).toBe('sleep');
  });

  test('transfers bytes instead of copying them', async () => {
    await using worker = start();
    const bytes = new Uint8Array([1, 2, 3]);
    const answer = worker.call(bytes, { within: 10_000, transfer: [bytes.buffer] });
    expect(bytes.length).toBe(0);
    expect(await answer).toEqual(new Uint8Array([1, 2, 3]));
  });

  test('a missing file fails the call and nothing else', async () => {
    await using worker = start({ file: new URL('file:///nowhere/at-all.js') });
    await expect(worker.call('a', { within: 10_000 })).rejects.toThrow('the test thread crashed');
  });

  test('close rejects all calls, and those after it', async () => {
    const worker = start();
    const open = Promise.allSettled([
      worker.call('spin', { within: 60_000 }),
      worker.call('waiting', { within: 60_000 }),
    ]);
    await worker.close();
    const refused = { status: 'rejected', reason: new Error('the server is shutting down') };
    expect(await open).toEqual([refused, refused]);
    await expect(worker.call('late', { within: 60_000 })).rejects.toThrow('shutting down');
  });

  test('a call that goes ahead is answered before those that wait', async () => {
    await using worker = start();
    const order: string[] = [];
    const call = (name: string, ahead: boolean) =>
      worker.call(name, { within: 10_000, ahead }).then(() => order.push(name));
    const calls = [call('running', false), call('one', false), call('two', false), call('ahead', true)];
    await Promise.all(calls);
    expect(order).toEqual(['running', 'ahead', 'one', 'two']);
  });

  test('a message that is a function is called when the thread is free for it', async () => {
    await using worker = start();
    const sent: string[] = [];
    const call = (name: string) => worker.call(() => sent.push(name) && name, { within: 10_000 });
    const answers = [call('one'), call('two')];
    expect(sent).toEqual(['one']);
    expect(await Promise.all(answers)).toEqual(['one', 'two']);
    expect(sent).toEqual(['one', 'two']);
  });

  test('a full queue rejects at once, and still takes a call that goes ahead', async () => {
    await using worker = start({ maxQueued: 2 });
    const within = 10_000;
    const accepted = ['running', 'one', 'two'].map((name) => worker.call(name, { within }));
    await expect(worker.call('three', { within })).rejects.toThrow(
      'the test thread has too much to do; try again',
    );
    expect(await worker.call('ahead', { within, ahead: true })).toBe('ahead');
    expect(await Promise.all(accepted)).toEqual(['running', 'one', 'two']);
  });
});
