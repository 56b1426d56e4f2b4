import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { parseTranscript, renderCommand, type TranscriptCommand } from '../support/transcript.ts';

const TRANSCRIPTS = new URL('../transcripts/', import.meta.url);

/** With UPDATE_TRANSCRIPTS=1 the files are written anew; what changed is then to be read in review. */
const update = process.env.UPDATE_TRANSCRIPTS === '1';

const outputOf = ({ argv, env, stdin }: TranscriptCommand) =>
  runCli(argv, { env, ...(stdin !== undefined && { stdin: readFileSync(stdin) }) });

describe('the command line', () => {
  it.each(readdirSync(TRANSCRIPTS).filter((name) => name.endsWith('.txt')))(
    'answers as in test/transcripts/%s',
    async (name) => {
      const file = new URL(name, TRANSCRIPTS);
      const expected = readFileSync(file, 'utf8');
      const { preamble, commands } = parseTranscript(expected);
      const rendered: string[] = [];
      for (const command of commands) rendered.push(renderCommand(command.line, await outputOf(command)));
      const actual = `${preamble}\n${rendered.join('\n')}`;
      if (update) writeFileSync(file, actual);
      else expect(actual).toBe(expected);
    },
  );

  it('comes to 2 after a fault of its own, and says where', async () => {
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
    expect(stderr).toContain('a fault of the program itself\nTypeError: planted\n    at ');
  });
});
