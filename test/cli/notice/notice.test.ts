import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noticeTargets } from '../../../src/cli/notice/formats.ts';
import { encodeState, type SiteState } from '../../../src/site/state.ts';
import type { SiteUse } from '../../../src/site/use.ts';
import { runCli } from '../../support/run-cli.ts';
import { siteState } from '../../support/site-state.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const today = '2026-11-30';

async function noticesOf(state: Partial<SiteState>, ...options: string[]) {
  await using files = await temporaryDirectory();
  const file = join(files.path, 'state.json');
  await writeFile(file, encodeState({ ...siteState, ...state }));
  const result = await runCli(['notice', '--state', file, ...options], { today });
  const shown = (text: string) => text.replaceAll(files.path, 'DIR');
  return { ...result, stdout: shown(result.stdout), stderr: shown(result.stderr) };
}

describe('notice', () => {
  it.each(Object.keys(noticeTargets))(
    'writes a text for each tool, and an announcement, as %s',
    async (to) => {
      const { exitCode, stdout, stderr } = await noticesOf(
        {},
        '--to',
        to,
        '--public-url',
        'https://images.example.org',
      );
      expect([exitCode, stderr]).toEqual([0, 'note: 2 tools to notify\n']);
      await expect(stdout).toMatchFileSnapshot(`../../transcripts/notice/${to}.txt`);
    },
  );

  it('writes a file for each text into a new directory', async () => {
    await using files = await temporaryDirectory();
    const out = join(files.path, 'notices');
    expect(await noticesOf({}, '--to', 'markdown', '--out', out)).toEqual({
      exitCode: 0,
      stdout: `wrote 3 files to ${out}\n`,
      stderr: 'note: 2 tools to notify\n',
    });
    expect((await readdir(out)).sort()).toEqual(['_announcement.md', 'heritage.md', 'wikibugs.md']);
    expect(await readFile(join(out, 'wikibugs.md'), 'utf8')).toMatch(/^# Tool wikibugs runs on python3\.7/);
  });

  it('says a thing once, with --since', async () => {
    await using files = await temporaryDirectory();
    const last = join(files.path, 'last.json');
    const { stdout } = await noticesOf({}, '--to', 'json');
    await writeFile(last, stdout);
    const again = await noticesOf({}, '--to', 'json', '--since', last);
    expect(again.stderr).toBe('note: 0 tools to notify\n');
    const { notices, told } = JSON.parse(again.stdout) as { notices: unknown; told: unknown };
    expect(notices).toEqual([]);
    expect(told).toEqual((JSON.parse(stdout) as { told: unknown }).told);
  });

  it('addresses mails as --recipient says', async () => {
    const { stdout } = await noticesOf({}, '--recipient', 'tools+TOOL@example.org');
    expect(stdout).toMatch(/^To: tools\+heritage@example\.org$/m);
  });

  it('names an image by an alias', async () => {
    const { stdout } = await noticesOf({}, '--to', 'json', '--image', 'tf-python37');
    expect(JSON.parse(stdout)).toMatchObject({ image: 'python3.7' });
  });

  const unknown: SiteUse = { known: false, since: '2026-11-30T11:00:00Z', why: 'a watch is silent' };

  it.each<[string, Partial<SiteState>, string[], string]>([
    [
      'use is not known',
      { use: unknown },
      [],
      'which tools use an image is not known since 2026-11-30 11:00 UTC: a watch is silent; try again when it is known',
    ],
    [
      'no image has the name',
      {},
      ['--image', 'python9'],
      '--image python9: the catalog has no image of this name',
    ],
    [
      'the image is not deprecated',
      {},
      ['--image', 'python3.11'],
      '--image python3.11: it is not deprecated',
    ],
    [
      'the file of --since is no JSON of notice',
      {},
      ['--since', 'package.json'],
      'cannot read --since package.json: it has no list "told"; save the output of notice --to json',
    ],
  ])('exits 2 when %s', async (_, state, options, message) => {
    expect(await noticesOf(state, ...options)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `error: ${message}\n`,
    });
  });

  it.each([
    ['--step', '5', 'Expected one of 60, 30, 7, 0.'],
    ['--recipient', 'a@b, c@d', 'Expected one mail address.'],
    ['--recipient', 'TOOL@example.org\nBcc: x@y', 'Expected one mail address.'],
  ])('refuses %s %j', async (option, value, message) => {
    const { exitCode, stderr } = await noticesOf({}, option, value);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
