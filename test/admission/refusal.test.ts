import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reviewText } from '../../src/admission/response.ts';
import type { Verdict } from '../../src/admission/verdict.ts';
import { digestOf } from '../../src/catalog/load.ts';
import { HOST } from '../support/catalog.ts';
import { messagesOf } from '../support/causes.ts';
import { configMap, createOf, deleteOf, messageOf, updateOf, validate } from '../support/image-config.ts';
import { catalogOf, entry, usageOf } from '../support/problems.ts';
import { UID } from '../support/reviews.ts';

const CATALOG = readFileSync(
  new URL('../fixtures/image-config/images-v1.2026.yaml', import.meta.url),
  'utf8',
);

/** The realistic catalog with some texts replaced. */
function edited(...edits: readonly (readonly [from: string, to: string])[]): string {
  let text = CATALOG;
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`the catalog has no ${from}`);
    text = text.replace(from, to);
  }
  return text;
}

const stored = configMap(CATALOG);

/** Characters that control a terminal, are invisible or change the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Whole messages as kubectl and helm print them, one file each. */
const expectMessage = (message: string, name: string): Promise<void> =>
  expect(`${message}\n`).toMatchFileSnapshot(`../transcripts/refusals/${name}.txt`);

describe('the stored text is the whole refusal', () => {
  it('of an edit with one error', async () => {
    const text = edited(['  - tf-bullseye\n', '  - tf-bullseye\n  - tf-golang\n']);
    await expectMessage(messageOf(validate(updateOf(stored, configMap(text)))), 'one-error');
  });

  it('of an edit with several errors and warnings', async () => {
    const text = edited(
      ['  state: stable\n', '  state: Stable\n'],
      ['  - tf-bullseye\n', '  - tf-bullseye\n  - bookworm\n  - tf-bullseye\n'],
      ['      image: docker-registry.tools.wmflabs.org/toolforge-bullseye-standalone\n', ''],
      ['golang1.11:', '1.11:'],
      ['wstype: generic', 'wstype: golang'],
      [
        'image: docker-registry.tools.wmflabs.org/toolforge-jdk11-sssd-web\n',
        'image: docker-registry.tools.wmflabs.org/toolforge-jdk11-sssd-web:latest\n  owner: tools-infra\n',
      ],
    );
    await expectMessage(messageOf(validate(updateOf(stored, configMap(text)))), 'several-errors');
  });

  it('of a new ConfigMap, which cannot be annotated yet', async () => {
    const text = edited(['wstype: generic', 'wstype: golang']);
    await expectMessage(messageOf(validate(createOf(configMap(text)))), 'create');
  });

  it('of a text that is not well-formed', async () => {
    const text = edited(['  state: stable\n', '  state: "stable\n']);
    await expectMessage(messageOf(validate(updateOf(stored, configMap(text)))), 'not-well-formed');
  });

  it('of a text that is no catalog', async () => {
    await expectMessage(messageOf(validate(updateOf(stored, configMap('')))), 'empty');
  });

  it('of a ConfigMap without the key', async () => {
    await expectMessage(messageOf(validate(updateOf(stored, configMap(undefined)))), 'missing-data-key');
  });

  it('of the removal of an image that is in use', async () => {
    const start = CATALOG.indexOf('\ngolang1.11:') + 1;
    const end = CATALOG.indexOf('\njdk11:') + 1;
    const text = CATALOG.slice(0, start) + CATALOG.slice(end);
    const usage = usageOf({ entries: ['golang1.11'], shortNames: ['tf-golang111'] });
    await expectMessage(messageOf(validate(updateOf(stored, configMap(text)), { usage })), 'in-use');
  });

  it('of a deletion', async () => {
    await expectMessage(messageOf(validate(deleteOf(stored))), 'delete');
  });

  it('of hostile names', async () => {
    const text = catalogOf(
      entry(
        "'node18\u202e\u200f'",
        "aliases: ['\u001b[2J\u001b]0;owned\u0007', 'a\u0085b', 'x\u009b31m']",
        `${HOST}/a`,
      ),
      entry('"node20\\u001b[31m"', '', `${HOST}/b`),
    );
    const message = messageOf(validate(createOf(configMap(text))));
    expect(message.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
    await expectMessage(message, 'hostile-names');
  });
});

describe('a refusal', () => {
  it('ends with the command that accepts exactly this text', () => {
    const text = edited(['wstype: generic', 'wstype: golang']);
    expect(
      messageOf(validate(updateOf(stored, configMap(text))))
        .split('\n')
        .at(-1),
    ).toBe(
      `  kubectl annotate -n tf-public configmap/image-config image-config.toolforge.org/accept=${digestOf(text)} --overwrite`,
    );
    expect(
      messageOf(validate(createOf(configMap(text))))
        .split('\n')
        .at(-1),
    ).toBe(`  image-config.toolforge.org/accept: ${digestOf(text)}`);
  });

  it('names the field before the line, and says which text the lines belong to', () => {
    const message = messageOf(validate(createOf(configMap('node18: 1\n'))));
    expect(message).toContain('\n\nnode18 (line 1, column 9): error wrong-type\n');
    expect(message).toContain('Lines are those of images-v1.yaml as it was sent.');
  });

  it('counts in the singular and the plural', () => {
    const first = (text: string) => messageOf(validate(createOf(configMap(text)))).split('\n')[0];
    expect(first('node18: 1\n')).toBe('1 error in images-v1.yaml; nothing has been changed');
    expect(first('node18: {}\n')).toBe('3 errors and 1 warning in images-v1.yaml; nothing has been changed');
  });

  it('names a hundred problems, and counts all', () => {
    const aliases = Array.from({ length: 150 }, (_, index) => `_${index}`).join(', ');
    const message = messageOf(
      validate(createOf(configMap(catalogOf(entry('node18', `aliases: [${aliases}], memory: 1`))))),
    );
    expect(message).toMatch(/^150 errors and 1 warning in images-v1\.yaml/);
    expect(message.match(/: error invalid-name$/gm)).toHaveLength(100);
    expect(message).toContain('\n\n51 more problems are not shown; fix these first.\n\n');
  });
});

describe('a refusal of hostile text', () => {
  const name = 'n'.repeat(1_000);
  const fill = (before: string, item: (index: number) => string, after: string) => {
    let text = before;
    for (let index = 0; text.length < 250_000; index++) text += item(index);
    return text + after;
  };

  it.each([
    [
      'many unknown fields below a long name',
      fill(`${name}:\n  state: x\n`, (index) => `  k${index}: 1\n`, ''),
    ],
    ['many copies of an alias', fill(`a: {aliases: [x]}\n${name}: {aliases: [x, `, () => 'x,   ', ']}\n')],
    [
      'many aliases of a long name',
      fill(`b:\n  aliases: [${name}]\n${name}:\n  aliases:\n`, (index) => `  - ${name}${index}\n`, ''),
    ],
    ['one long line', fill('{node18: {aliases: [', (index) => `_${index},`, ']}}')],
    ['one long alias', fill('node18: {aliases: ["', () => 'x', '"]}\n')],
    ['one long number', fill('node18: {state: 1', () => '0', '}\n')],
    ['one long image', fill('node18: {image: "https://', () => 'x', '"}\n')],
    ['control characters on every line', fill('node18: {}\n', (index) => `n${index}: \u001b\n`, '')],
  ])('has less than 300,000 characters: %s', (_, text) => {
    const verdict = validate(createOf(configMap(text)));
    const message = messageOf(verdict);
    expect(message.length).toBeLessThan(300_000);
    expect(message.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
    expectShown(verdict);
  });

  it.each(['<', '€', '\\'])(
    'is less than half as large as the API server accepts, for loops of replacements with names of %s',
    (character) => {
      const name = (index: number) => `'${character.repeat(310)}${index}'`;
      // The text has each name twice.
      const loops = Math.floor(250_000 / (12 * (2 * Buffer.byteLength(name(9_999)) + 60)));
      const text = Array.from({ length: 12 * loops }, (_, index) => {
        const next = index % 12 === 11 ? index - 11 : index + 1;
        return `${name(index)}: {state: stable, variants: {}, deprecation: {replacement: ${name(next)}}}\n`;
      }).join('');
      expectShown(validate(createOf(configMap(text))));
    },
  );

  /** The API server writes `<`, `>` and `&` as six bytes, and kubectl edit reads lines of up to 64 KiB. */
  function expectShown(verdict: Verdict): void {
    const answer = reviewText(UID, verdict).replaceAll(/[<>&]/g, String.raw`\u003c`);
    expect(Buffer.byteLength(answer)).toBeLessThan(1.5 * 1024 * 1024);
    const message = messageOf(verdict);
    for (const line of message.split('\n')) expect(Buffer.byteLength(line)).toBeLessThan(32 * 1024);
    expect(messagesOf(verdict.kind === 'denied' ? verdict.causes : [])).toContain(message);
  }

  it('has no line that begins with a name of the catalog', () => {
    const text = '"node18\nIf exactly this text has to be stored": 1\n';
    const message = messageOf(validate(createOf(configMap(text))));
    expect(message.match(/^If exactly/gm)).toHaveLength(1);
  });
});
