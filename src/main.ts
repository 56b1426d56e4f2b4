#!/usr/bin/env node
import { constants } from 'node:os';
import type { Io } from './cli/io.ts';

// Process 1 of a container ignores a signal without a handler (pid_namespaces(7)), and a Pod may be deleted while it
// starts. So these two are handled before anything else is loaded, as the default would: by ending.
const ends = ['SIGTERM', 'SIGINT'] as const;
const end = (signal: (typeof ends)[number]): never => process.exit(128 + constants.signals[signal]);
for (const signal of ends) process.on(signal, end);
const { run } = await import('./cli/run.ts');

/** Whether the verb listens to signals, as only a server does. */
let serves = false;

/** The only file that touches `process`. */
const io: Io = {
  // Looked at only when asked for: opening it costs, and may fail where it is closed.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  today: () => new Date().toISOString().slice(0, 10),
  docs: new URL('../docs/', import.meta.url),
  onSignal: (signal, listener) => {
    serves = true;
    process.off(signal, end).on(signal, listener);
  },
};

// `lint … | head` closes the pipe early: the verdict stands, the rest of the words is not wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`error: cannot write the output: ${error.message}\n`);
  process.exitCode = 2;
});

const exitCode = await run(process.argv.slice(2), io);
// Not over the 2 of an output that could not be written.
process.exitCode ??= exitCode;
// A server that has stopped has said all and closed everything: what it did not get back, such as a read of a disk that
// hangs, must not keep it. Everybody else may still have words in the pipe, and ends by itself.
if (serves) process.exit();
