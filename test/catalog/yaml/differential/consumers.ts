import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The value of a document or scalar, with its types, as reader.py writes it. */
export type Typed =
  | null
  | { readonly str: string }
  | { readonly int: string }
  | { readonly float: string }
  | { readonly bool: boolean }
  | { readonly date: string }
  | { readonly list: readonly Typed[] }
  | { readonly map: readonly (readonly [Typed, Typed])[] }
  | { readonly other: string };

export type Answer = { readonly ok: true; readonly value: Typed } | { readonly ok: false };

export type Mode = 'documents' | 'documents-c' | 'scalars' | 'styles';

const reader = fileURLToPath(new URL('reader.py', import.meta.url));

/** A Python that has PyYAML. Debian's python3-yaml belongs to /usr/bin/python3, which may not be the first in PATH. */
const python = ['python3', '/usr/bin/python3'].find((candidate) => runs(candidate, 'import yaml'));

/** For `skipIf`: without PyYAML there is nothing to compare with. In CI that is a failure, so that the tests never vanish unseen. */
export const withoutPython = python === undefined && !process.env.CI;
if (withoutPython) {
  console.warn(
    'There is no Python with PyYAML: what the consumers read is NOT compared. Install python3-yaml.',
  );
}

/** PyYAML may come without its binding to libyaml, which no consumer uses. */
export const withoutLibyaml =
  python === undefined ? withoutPython : !runs(python, 'import yaml; yaml.CSafeLoader');

function runs(command: string, program: string): boolean {
  return spawnSync(command, ['-c', program]).status === 0;
}

/** PyYAML in several processes, which take turns. They accept requests before earlier ones are answered. */
export class Consumers {
  readonly #readers: Reader[];
  #next = 0;

  constructor(mode: Mode, processes = 1) {
    if (python === undefined) throw new Error('no Python with PyYAML: install python3-yaml');
    const command = python;
    this.#readers = Array.from({ length: processes }, () => new Reader(command, mode));
  }

  read(text: string): Promise<Answer> {
    const reader = this.#readers[this.#next++ % this.#readers.length] as Reader;
    return reader.read(text);
  }

  async close(): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.close()));
  }
}

class Reader {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting: { resolve(answer: Answer): void; reject(error: Error): void }[] = [];
  readonly #exited: Promise<unknown>;

  constructor(command: string, mode: Mode) {
    this.#process = spawn(command, [reader, mode], { stdio: 'pipe' });
    let complaints = '';
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints += text;
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.#waiting.shift()?.resolve(JSON.parse(line) as Answer);
    });
    this.#exited = once(this.#process, 'close').then(() => {
      for (const waiting of this.#waiting) waiting.reject(new Error(`Python ended: ${complaints}`));
    });
  }

  read(text: string): Promise<Answer> {
    const bytes = Buffer.from(text);
    const header = Buffer.alloc(4);
    header.writeUInt32BE(bytes.length);
    this.#process.stdin.write(Buffer.concat([header, bytes]));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async close(): Promise<void> {
    this.#process.stdin.end();
    await this.#exited;
  }
}
