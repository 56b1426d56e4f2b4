import { afterAll, beforeAll, test } from 'vitest';
import type { Reply } from '../../support/https-client.ts';
import { type FuzzedServer, serverFuzz, startFuzzedServer } from '../server.ts';
import { expectNoticed } from './planting.ts';

let server: FuzzedServer;

beforeAll(async () => {
  server = await startFuzzedServer();
});

afterAll(() => server[Symbol.asyncDispose]());

const without =
  (header: string) =>
  (reply: Reply): Reply => ({ ...reply, headers: { ...reply.headers, [header]: undefined } });

let replies = 0;

const faults: Readonly<Record<string, (reply: Reply) => Reply>> = {
  'there is no content type': without('content-type'),
  'the content type is another one': (reply) => ({
    ...reply,
    headers: { ...reply.headers, 'content-type': `${reply.headers['content-type']}; charset=latin1` },
  }),
  'nobody says how long an answer is': without('content-length'),
  'the connection is closed': (reply) => ({ ...reply, headers: { ...reply.headers, connection: 'close' } }),
  'a letter is lost': (reply) => ({ ...reply, body: reply.body.slice(0, -1) }),
  'what is no review is answered with 422': (reply) =>
    reply.status === 400 ? { ...reply, status: 422 } : reply,
  'one of a thousand is a 500': (reply) => (++replies % 1_000 === 0 ? { ...reply, status: 500 } : reply),
  'a fault is only logged': (reply) => {
    server.serve.lines.push({ level: 'error', msg: 'planted' });
    return reply;
  },
};

test.each(Object.entries(faults))(
  'fuzzing of a server notices a planted fault: %s',
  { timeout: 60_000 },
  (_, faulty) => expectNoticed(serverFuzz(server, faulty)),
);
