import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formats, runCli } from '../support/run-cli.ts';
import { parseTranscript, replay, type TranscriptCommand } from '../support/transcript.ts';

const TRANSCRIPTS = new URL('../transcripts/', import.meta.url);

const outputOf = ({ argv, env, stdin }: TranscriptCommand) =>
  runCli(argv, { env, ...(stdin !== undefined && { stdin: readFileSync(stdin) }) });

/** The commands of all transcripts. */
const shown = readdirSync(TRANSCRIPTS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.txt'))
  .flatMap((name) => parseTranscript(readFileSync(new URL(name, TRANSCRIPTS), 'utf8')).commands);

describe('the command line', () => {
  it.each(readdirSync(TRANSCRIPTS).filter((name) => name.endsWith('.txt')))(
    'answers as in test/transcripts/%s',
    (name) => replay(new URL(name, TRANSCRIPTS), outputOf),
  );

  // SARIF lists all rules and the version; test/cli/lint/sarif.test.ts checks it.
  const readable = formats.filter(([, format]) => format !== 'sarif');

  it.each(readable)('has a transcript of %s --format %s', (verb, format) => {
    const isDefault = formats.find(([other]) => other === verb)?.[1] === format;
    expect(
      shown.some(
        ({ argv }) =>
          argv[0] === verb &&
          (argv.includes('--format') ? argv[argv.indexOf('--format') + 1] === format : isDefault),
      ),
    ).toBe(true);
  });

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
