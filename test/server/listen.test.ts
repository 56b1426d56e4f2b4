import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { listen } from '../../src/server/listen.ts';
import { collectLog } from '../support/log.ts';

const options = { host: '127.0.0.1', port: 0, option: '--tls-port', log: collectLog().log };

test('port 0 chooses a free port and returns it', async () => {
  const listening = await listen(createServer(), options);
  expect(listening.port).toBeGreaterThan(0);
  listening.destroy();
});

test('a port in use is an error that names the option to choose another', async () => {
  const { port, destroy } = await listen(createServer(), options);
  await expect(listen(createServer(), { ...options, port })).rejects.toThrow(
    `cannot listen on 127.0.0.1, port ${port}: the port is in use; choose another with --tls-port`,
  );
  destroy();
});

test('an address of another machine is an error that names --host', async () => {
  await expect(listen(createServer(), { ...options, host: '192.0.2.1' })).rejects.toThrow(
    'cannot listen on 192.0.2.1, port 0: this machine has no such address; see --host',
  );
});

test('destroy closes open connections', async () => {
  const listening = await listen(createServer(), options);
  const socket = connect(listening.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {});
  listening.destroy();
  await once(socket, 'close');
});
