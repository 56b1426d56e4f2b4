import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

/** One command of a transcript, parsed as a shell would. */
export interface TranscriptCommand {
  /** As written, without the prompt. */
  readonly line: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The file after `<`. */
  readonly stdin: string | undefined;
}

export interface TranscriptOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const PROMPT = '$ ';

/**
 * Parses a transcript: a text that reads like a terminal, with a preamble and then commands with their output.
 *
 *     $ image-config-admission lint - < test/fixtures/cli/empty.yaml
 *     …standard output…
 *     [stderr]
 *     …standard error, if any…
 *     [exit 1]
 */
export function parseTranscript(text: string): {
  readonly preamble: string;
  readonly commands: TranscriptCommand[];
} {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith(PROMPT));
  return {
    preamble: lines.slice(0, first).join('\n'),
    commands: lines
      .filter((line) => line.startsWith(PROMPT))
      .map((line) => parseCommand(line.slice(PROMPT.length))),
  };
}

function parseCommand(line: string): TranscriptCommand {
  const words = [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
  const program = words.indexOf('image-config-admission');
  const redirect = words.indexOf('<');
  const end = redirect < 0 ? words.length : redirect;
  return {
    line,
    argv: words.slice(program + 1, end),
    env: Object.fromEntries(words.slice(0, program).map((word) => word.split(/=(.*)/s).slice(0, 2))),
    stdin: redirect < 0 ? undefined : words[redirect + 1],
  };
}

export function renderCommand(line: string, { exitCode, stdout, stderr }: TranscriptOutput): string {
  const errors = stderr === '' ? '' : `[stderr]\n${withLineEnd(stderr)}`;
  return `${PROMPT}${line}\n${withLineEnd(stdout)}${errors}[exit ${exitCode}]\n`;
}

/** Marks output without a final line end. */
const withLineEnd = (text: string): string =>
  text === '' || text.endsWith('\n') ? text : `${text}⏎ missing\n`;

/** UPDATE_TRANSCRIPTS=1 renews the files; review the diff. */
const update = process.env.UPDATE_TRANSCRIPTS === '1';

/** Runs the commands of a transcript and compares their output with it. */
export async function replay(
  file: URL,
  outputOf: (command: TranscriptCommand) => Promise<TranscriptOutput>,
): Promise<void> {
  const expected = readFileSync(file, 'utf8');
  const { preamble, commands } = parseTranscript(expected);
  const rendered: string[] = [];
  for (const command of commands) rendered.push(renderCommand(command.line, await outputOf(command)));
  const actual = `${preamble}\n${rendered.join('\n')}`;
  if (update) writeFileSync(file, actual);
  else expect(actual).toBe(expected);
}
