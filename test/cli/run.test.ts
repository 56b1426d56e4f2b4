import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { replay, type TranscriptCommand } from '../support/transcript.ts';

const TRANSCRIPTS = new URL('../transcripts/', import.meta.url);

const outputOf = ({ argv, env, stdin }: TranscriptCommand) =>
  runCli(argv, { env, ...(stdin !== undefined && { stdin: readFileSync(stdin) }) });

describe('the command line', () => {
  it.each(readdirSync(TRANSCRIPTS).filter((name) => name.endsWith('.txt')))(
    'answers as in test/transcripts/%s',
    (name) => replay(new URL(name, TRANSCRIPTS), outputOf),
  );

  it('exits with 2 after a bug of its own and prints the stack', async () => {
    const broken = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new TypeError('planted');
        },
      },
    );
    const { exitCode, stdout, stderr } = await runCli(['serve'], { env: broken });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('a bug of image-config-admission\nTypeError: planted\n    at ');
  });
});
