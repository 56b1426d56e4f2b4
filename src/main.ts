#!/usr/bin/env node
import { constants } from 'node:os';
import type { Io } from './cli/io.ts';

// Process 1 of a container ignores a signal without a handler (pid_namespaces(7)), and a Pod may be deleted while it starts.
// So handlers for these two signals end the process, as the default would, before anything else is loaded.
const ends = ['SIGTERM', 'SIGINT'] as const;
const end = (signal: (typeof ends)[number]): never => process.exit(128 + constants.signals[signal]);
for (const signal of ends) process.on(signal, end);
const { run } = await import('./cli/run.ts');

/** Whether the verb handles signals, as only the servers of `serve` and `site` do. */
let serves = false;

/** The only file that touches `process`. */
const io: Io = {
  // Opened only when a verb reads it: opening costs time, and fails when it is closed.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  today: () => new Date().toISOString().slice(0, 10),
  docs: new URL('../docs/', import.meta.url),
  script: process.argv[1] ?? '',
  onSignal: (signal, listener) => {
    serves = true;
    process.off(signal, end).on(signal, listener);
  },
};

// `lint … | head` closes the pipe early; the exit code stays that of the verb.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`error: cannot write the output: ${error.message}\n`);
  process.exitCode = 2;
});

const exitCode = await run(process.argv.slice(2), io);
// Keeps exit code 2 if the output could not be written.
process.exitCode ??= exitCode;
// A stopped server has flushed and closed everything, so a pending operation, such as a read of a hanging disk, must not keep
// the process alive. Other verbs may still have output in the pipe, and the process ends when it is written.
if (serves) process.exit();
