import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TextEdit, withEdits } from '../../../src/catalog/text-edit.ts';
import { patchOf } from '../../../src/cli/output/patch.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

/** The text that `git apply` makes of a file. */
async function applied(path: string, text: string, edits: readonly TextEdit[]): Promise<string> {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  execFileSync('git', ['apply', '--whitespace=nowarn', '-'], {
    cwd: directory.path,
    input: patchOf(path, text, edits),
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(directory.path) },
  });
  return readFileSync(file, 'utf8');
}

const lines = (count: number): string =>
  Array.from({ length: count }, (_, line) => `line ${line}\n`).join('');

/** The edit that replaces a part of a text. */
function edit(text: string, part: string, replacement: string): TextEdit {
  const start = text.indexOf(part);
  return { at: { start, end: start + part.length }, text: replacement };
}

describe('a patch', () => {
  it('has three lines of context, and one hunk for changes that are near', () => {
    const text = lines(30);
    expect(patchOf('a.yaml', text, [edit(text, 'line 4\n', 'four\n'), edit(text, 'line 20', 'twenty')])).toBe(
      `diff --git a/a.yaml b/a.yaml
--- a/a.yaml
+++ b/a.yaml
@@ -2,7 +2,7 @@
 line 1
 line 2
 line 3
-line 4
+four
 line 5
 line 6
 line 7
@@ -18,7 +18,7 @@
 line 17
 line 18
 line 19
-line 20
+twenty
 line 21
 line 22
 line 23
`,
    );
  });

  it('is empty without edits', () => {
    expect(patchOf('a.yaml', 'x\n', [])).toBe('');
  });

  it.each([
    ['CRLF', 'a: 1\r\nb: 2\r\nc: 3\r\n'],
    ['no final newline', 'a: 1\nb: 2'],
    ['a byte order mark', '\ufeffb: 2\n'],
    ['other scripts', 'a: grüße 🎉\nb: 2 # 日本語\n'],
  ])('is applied by git to a text with %s', async (_, text) => {
    const edits = [edit(text, '2', '22')];
    expect(await applied('x.yaml', text, edits)).toBe(withEdits(text, edits));
  });

  it.each(['a b.yaml', 'grüße.yaml', 'tab\there.yaml', 'quote".yaml', 'back\\slash.yaml', 'deep/er/x.yaml'])(
    'is applied by git to a file of the name %j',
    async (name) => {
      expect(await applied(name, 'a\n', [edit('a\n', 'a', 'b')])).toBe('b\n');
    },
  );

  it('removes whole lines', async () => {
    const text = lines(12);
    const edits = [edit(text, 'line 3\n', ''), edit(text, 'line 7\nline 8\n', '')];
    expect(await applied('x', text, edits)).toBe(withEdits(text, edits));
  });

  it('is applied by git whatever the edits are', async () => {
    const cuts = fc.uniqueArray(fc.nat(120), { minLength: 2, maxLength: 8 });
    const replacement = fc.string({ unit: fc.constantFrom('a', '\n', ' ', '-', '+'), maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.array(replacement, { minLength: 4, maxLength: 4 }), async (places, texts) => {
        const text = lines(18);
        const sorted = places.sort((one, other) => one - other);
        const edits = texts.flatMap((own, index): TextEdit[] => {
          const [start, end] = [sorted[2 * index], sorted[2 * index + 1]];
          return start === undefined || end === undefined ? [] : [{ at: { start, end }, text: own }];
        });
        const after = withEdits(text, edits);
        fc.pre(after !== text);
        expect(await applied('x', text, edits)).toBe(after);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
