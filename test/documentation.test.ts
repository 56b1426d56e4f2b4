import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { webhooks } from '../src/admission/webhooks.ts';
import { catalogSchema } from '../src/catalog/catalog-schema.ts';
import { problemCodes } from '../src/catalog/problem.ts';
import { editAsCsv, historyAsCsv, useAsCsv } from '../src/cli/audit/csv.ts';
import { type FindingCode, findingCodes, findingInfo } from '../src/cli/output/finding-codes.ts';
import { serveOptions } from '../src/cli/serve/options.ts';
import { toolFindingInfo } from '../src/tool-files/finding.ts';
import { statuses } from '../src/usage/audit-rows.ts';
import { effectKinds } from '../src/usage/effects.ts';
import { askingProgram } from './support/asking-program.ts';
import { realLookup } from './support/catalog.ts';
import { loggedMessages } from './support/log-messages.ts';
import { metricTable } from './support/metric-table.ts';
import {
  expectBetween,
  expectExample,
  expectPart,
  filesEndingIn,
  markdownTable,
  pageText,
} from './support/pages.ts';
import { runCli } from './support/run-cli.ts';
import { OCI_MANIFEST, standInRegistry } from './support/stand-in-registry.ts';

const PAGES = new URL('../docs/problems/', import.meta.url);

/**
 * Examples of a page: the info string of a fence says what it is and which options it is checked with.
 *
 *     ```yaml bad --max-entries 1     has the problem
 *     ```yaml good                    is fixed: has no problem at all
 *     ```yaml old                     what the other two are an edit of
 *     ```yaml catalog                 the catalog by which the other two are checked: they are files of tools
 *     ```json bad                     an AdmissionReview, for what no catalog can show
 */
interface Example {
  readonly language: string;
  readonly role: string;
  readonly options: readonly string[];
  readonly text: string;
}

function examplesOf(code: FindingCode): Example[] {
  const page = readFileSync(new URL(`${code}.md`, PAGES), 'utf8');
  return [...page.matchAll(/^```(\S+) (\S+)(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', role = '', options = '', text = '']) => ({
      language,
      role,
      options: options.split(' ').filter((word) => word !== ''),
      text,
    }),
  );
}

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'documentation-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function inFile(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

/** Codes of the problems of a catalog, or in the refusal of a review. */
async function codesIn(code: FindingCode, role: 'bad' | 'good'): Promise<string[]> {
  const examples = examplesOf(code);
  const example = examples.find((candidate) => candidate.role === role);
  if (!example) throw new Error(`${code}.md has no ${role} example`);
  const file = inFile(`${code}-${role}`, example.text);
  if (example.language === 'json') {
    const { stdout, exitCode } = await runCli(['review', '--format', 'json', ...example.options, file]);
    const { message = '' }: { message?: string } = JSON.parse(stdout);
    expect(exitCode).toBe(message === '' ? 0 : 1);
    return problemCodes.filter((candidate) => message.includes(candidate));
  }
  const argv = [...commandFor(code, examples), ...example.options, file];
  const { stdout } = example.options.includes('--check-registry')
    ? await askingTheRegistry(argv, example.text)
    : await runCli(argv);
  const { files }: { files: { problems: { code: string }[] }[] } = JSON.parse(stdout);
  return files.flatMap(({ problems }) => problems.map((problem) => problem.code));
}

/** Runs the program with a registry in the place of registry.example.org: it has the repository node20, and node22 is private. */
async function askingTheRegistry(argv: readonly string[], text: string): Promise<{ stdout: string }> {
  await using registry = await standInRegistry(({ url = '' }, response) => {
    const status = url.includes('node20') ? 200 : url.includes('node22') ? 401 : 404;
    response.writeHead(status, { 'content-type': OCI_MANIFEST }).end();
  });
  const here = (words: string): string =>
    words.replaceAll('registry.example.org', registry.host.replace('registry.test', '127.0.0.1'));
  const file = inFile('asking', here(text));
  const run = await askingProgram(join(dir, 'program'));
  return await run([...argv.slice(0, -1).map(here), file]);
}

/** The verb that checks the examples of a page, with its options. */
function commandFor(code: FindingCode, examples: readonly Example[]): string[] {
  const extra = (role: string): string[] => {
    const text = examples.find((candidate) => candidate.role === role)?.text;
    return text === undefined ? [] : [inFile(`${code}-${role}`, text)];
  };
  const [catalog] = extra('catalog');
  if (catalog !== undefined) return ['check', '--format', 'json', '--catalog', catalog];
  return ['lint', '--format', 'json', ...extra('old').flatMap((old) => ['--against', old])];
}

describe('docs/problems', () => {
  it('has a page for every code, and no other but the list of them', () => {
    const pages = findingCodes.map((code) => `${code}.md`);
    expect(readdirSync(PAGES).sort()).toEqual(['README.md', ...pages].sort());
  });

  it('lists every code', () => {
    const rows = findingCodes.map((code) => {
      const { severity, title } = findingInfo[code];
      return [`[${code}](${code}.md)`, severity, title];
    });
    expectPart('docs/problems/README.md', 'problems', markdownTable(['code', 'severity', 'title'], rows));
  });

  it.each(findingCodes)('%s: begins with code, severity and title', (code) => {
    const { severity, title } = findingInfo[code];
    const [heading, , claim] = readFileSync(new URL(`${code}.md`, PAGES), 'utf8').split('\n');
    expect(heading).toBe(`# ${code}`);
    expect(claim).toBe(`**${severity === 'error' ? 'Error' : 'Warning'}.** ${title}.`);
  });

  it.each(findingCodes)('%s: the bad example has this problem', async (code) => {
    expect(await codesIn(code, 'bad')).toContain(code);
  });

  it.each(findingCodes)('%s: the fixed example has no problem at all', async (code) => {
    expect(await codesIn(code, 'good')).toEqual([]);
  });
});

describe('README.md', () => {
  it('has at most 150 lines', () => {
    expect(pageText('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it('shows the help as it is', async () => {
    const { stdout } = await runCli(['--help']);
    expectPart('README.md', 'help', `\`\`\`text\n${stdout}\`\`\`\n`);
  });

  it('shows a refusal word for word as a cluster gives it', () => {
    const transcript = pageText('test/transcripts/cluster/removal.txt');
    const begin = '<!-- transcript: cluster/removal.txt -->\n```console\n';
    expectBetween('README.md', begin, '```\n', transcript);
  });

  it('shows what the review of a deprecated Pod prints', async () => {
    const command =
      'review --catalog test/fixtures/image-config/images-v1.2026.yaml test/fixtures/reviews/deprecated-pod.json';
    const { stdout } = await runCli(command.split(' '));
    expectExample('README.md', 'review', `node dist/main.js ${command}`, stdout);
  });
});

describe('docs/catalog-format.md', () => {
  const path = 'docs/catalog-format.md';
  const rows = Array.from(
    pageText(path).matchAll(/^\| `([^`]+)` \| ([^|]+) \| (yes|no) \| ([^|]+) \|/gm),
    ([, field = '', type = '', required = '', readBy = '']) => ({ field, type, required, readBy }),
  );

  it('has a row with type and duty for each field of the schema, and no other', () => {
    expect(rows.map(({ field, type, required }) => [field, type, required])).toEqual(
      fieldsOf(catalogSchema.additionalProperties),
    );
  });

  it('names only known readers, and this program for each field', () => {
    const readers = ['webservice', 'jobs-api', 'jobs-api since 2026', 'jobs-api until 2025', 'this program'];
    for (const { field, readBy } of rows) {
      const named = readBy.split(', ');
      expect(named.filter((reader) => !readers.includes(reader))).toEqual([]);
      expect([field, named.at(-1)]).toEqual([field, 'this program']);
    }
  });

  it('has an example with every field and without a problem', async () => {
    const [, text = ''] =
      /<!-- example: every field -->\n```yaml\n([\s\S]*?)^```$/m.exec(pageText(path)) ?? [];
    const { stdout, exitCode } = await runCli(['lint', '--strict', inFile('every-field.yaml', text)]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'No problems in 1 file.\n' });
    const keys = new Set(Array.from(text.matchAll(/^ +([a-z-]+):/gm), ([, key]) => key));
    expect(rows.filter(({ field }) => !keys.has(field.split('.').at(-1) ?? ''))).toEqual([]);
  });
});

interface FieldSchema {
  readonly type: string;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, FieldSchema>>;
}

/** Path, type in words and `yes` or `no` of each field below a mapping, in the order of the schema. */
const fieldsOf = (
  { properties = {}, required = [] }: FieldSchema,
  above: readonly string[] = [],
): string[][] =>
  Object.entries(properties).flatMap(([key, schema]) => {
    const path = [...above, key];
    const type = schema.enum
      ? `one of ${schema.enum.join(', ')}`
      : ({ object: 'mapping', array: 'list of strings' }[schema.type] ?? schema.type);
    return [[path.join('.'), type, required.includes(key) ? 'yes' : 'no'], ...fieldsOf(schema, path)];
  });

describe('commands and names in pages', () => {
  // npx asks the public registry for a program that is not installed, under a name that any user may register there.
  it.each(filesEndingIn('.md'))('%s: npx runs no program of this name', (path) => {
    expect(pageText(path)).not.toMatch(/npx\s+(?:-\S+\s+)*image-config-admission/);
  });

  it.each(['README.md', 'docs/pods.md', 'docs/operating.md'])(
    '%s: every alias is one of the catalog that npm start serves',
    (path) => {
      const aliases = pageText(path).match(/\btf-(?!public)[\w.-]*\w/g) ?? [];
      expect(aliases.length).toBeGreaterThan(0);
      const { shortNames } = realLookup(2026);
      expect(aliases.filter((alias) => !shortNames.has(alias))).toEqual([]);
    },
  );
});

describe('docs/command-line.md', () => {
  const path = 'docs/command-line.md';

  it('shows what its example prints', async () => {
    const [, catalog = ''] =
      /<!-- example: catalog.yaml -->\n```yaml\n([\s\S]*?)^```$/m.exec(pageText(path)) ?? [];
    const file = inFile('catalog.yaml', catalog);
    const { stdout, exitCode } = await runCli(['lint', file]);
    expect(exitCode).toBe(1);
    const command = 'node dist/main.js lint catalog.yaml';
    expectExample(path, 'lint', command, stdout.replaceAll(file, 'catalog.yaml'));
  });
});

describe('docs/check.md', () => {
  const path = 'docs/check.md';

  it('shows what its example prints', async () => {
    const command = 'check --catalog test/fixtures/cli/tools-catalog.yaml test/fixtures/tools/python';
    const { stdout } = await runCli(command.split(' '));
    expectExample(path, 'check', `node dist/main.js ${command}`, stdout);
  });

  it('lists every code with its severity', () => {
    const rows = [...pageText(path).matchAll(/^\| `([a-z-]+)` \| (error|warning) \|/gm)];
    expect(rows.map(([, code, severity]) => [code, severity])).toEqual(
      Object.entries(toolFindingInfo).map(([code, { severity }]) => [code, severity]),
    );
  });
});

describe('docs/operating.md', () => {
  it('lists the path of each webhook, and no other', () => {
    const rows = pageText('docs/operating.md').matchAll(/^\| `POST ([^`]+)` \|/gm);
    expect(Array.from(rows, ([, path]) => path)).toEqual(webhooks.map(({ path }) => path));
  });
});

describe('docs/audit.md', () => {
  const page = readFileSync(new URL('../docs/audit.md', import.meta.url), 'utf8');

  it.each([...statuses, ...effectKinds])('explains %s', (word) => expect(page).toContain(`\`${word}\``));

  it.each([
    ['use', useAsCsv],
    ['edit', editAsCsv],
    ['history', historyAsCsv],
  ] as const)('has the header of the CSV about %s', (name, csvOf) => {
    const [, header] = new RegExp(`<!-- csv: ${name} -->\n\`\`\`text\n(.*)\n`).exec(page) ?? [];
    expect(csvOf([])).toBe(`${header}\r\n`);
  });

  it('names every field of the JSON', () => {
    const transcripts = ['json.txt', 'edit.txt'].map((name) =>
      readFileSync(new URL(`transcripts/audit/${name}`, import.meta.url), 'utf8'),
    );
    const fields = new Set(transcripts.join('').match(/(?<=^ +")[a-zA-Z]+(?=": )/gm));
    // Those of a problem are lint's.
    for (const field of ['code', 'severity', 'message', 'field', 'line', 'column']) fields.delete(field);
    expect(fields.size).toBeGreaterThan(20);
    expect([...fields].filter((field) => !new RegExp(`\`${field}(\\[\\])?\``).test(page))).toEqual([]);
  });
});

describe('docs/operating.md', () => {
  const path = 'docs/operating.md';

  it('lists the settings of serve', () => {
    const rows = serveOptions.map(
      ({ flags, description, defaultValue, defaultValueDescription, argChoices }) => [
        `\`${flags}\``,
        argChoices === undefined ? description : `${description} (${argChoices.join(', ')})`,
        defaultValue === undefined ? '' : `\`${defaultValueDescription ?? defaultValue}\``,
      ],
    );
    expectPart(path, 'settings', markdownTable(['option', 'meaning', 'default'], rows));
  });

  it('lists the metrics', () => {
    const rows = metricTable().map(({ name, type, labels, help }) => [
      `\`${name}\``,
      type,
      labels.join(', '),
      help,
    ]);
    expectPart(path, 'metrics', markdownTable(['metric', 'type', 'labels', 'meaning'], rows));
  });

  it('lists the paths of the webhooks, and no other', () => {
    const rows = [...pageText(path).matchAll(/^\| `POST (\S+)` \|/gm)].map(([, route]) => route);
    expect(rows).toEqual(webhooks.map((webhook) => webhook.path));
  });

  it('explains every log message at its levels, and no other', () => {
    const sources = filesEndingIn('.ts').filter((file) => file.startsWith('src/'));
    const [, section = ''] = /^## Log messages\n([\s\S]*?)^## /m.exec(pageText(path)) ?? [];
    const rows = [...section.matchAll(/^\| `([^`]+)` \| (.+?) \|/gm)];
    const logged = [...loggedMessages(sources)].map(([message, levels]) => [message, levels.join(', ')]);
    expect(
      Object.fromEntries(rows.map(([, message, levels]) => [message, levels])),
      'rows of the table',
    ).toEqual(Object.fromEntries(logged));
  });
});

describe.each(['docs/architecture.md', 'CONTRIBUTING.md'])('%s', (path) => {
  it('names files and folders that exist', () => {
    const names =
      withoutFences(pageText(path)).match(/(?<=`)[^`\s*]+(?:\/|\.(?:mjs|sh|tpl|ts|txt|ya?ml))(?=`)/g) ?? [];
    expect(names.length).toBeGreaterThan(10);
    const files = filesEndingIn('').map((file) => `/${file}`);
    const exists = (name: string): boolean =>
      files.some((file) => file.endsWith(`/${name}`) || (name.endsWith('/') && file.includes(`/${name}`)));
    const examples = /^dist\/|my-rule|VERB/;
    expect(names.filter((name) => !examples.test(name) && !exists(name))).toEqual([]);
  });

  it('names identifiers of the code', () => {
    const names = withoutFences(pageText(path)).match(/(?<=`)[A-Za-z]*[a-z][A-Z][A-Za-z]*(?=`)/g) ?? [];
    const code = filesEndingIn('.ts')
      .filter((file) => file.startsWith('src/'))
      .map(pageText)
      .join('');
    expect(names.filter((name) => name !== 'myRule' && !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
  });
});

describe('links between pages', () => {
  const pages = filesEndingIn('.md');

  it.each(pages)('%s: every link leads to a file, and to a heading of it', (path) => {
    expect(brokenLinks(path)).toEqual([]);
  });
});

/** test/mutants.test.ts also plants the faults, which takes longer. */
describe.each(['equivalent', 'gravest'])('scripts/mutants/%s.txt', (name) => {
  it('names lines that the code still has', () => {
    const named = pageText(`scripts/mutants/${name}.txt`).matchAll(/^(src\/\S+): (.+)$/gm);
    const gone = [...named].filter(
      ([, path = '', code]) =>
        !pageText(path)
          .split('\n')
          .some((line) => line.trim() === code),
    );
    expect(gone.map(([entry]) => entry)).toEqual([]);
  });
});

/** Links to nothing: to other files of the repository and to headings; the web is left out. */
function brokenLinks(path: string): string[] {
  const targets = [...withoutFences(pageText(path)).matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, target = '']) => target,
  );
  return targets.filter((target) => {
    if (/^https?:/.test(target)) return false;
    const [file = '', anchor] = target.split('#');
    const here = new URL(`../${path}`, import.meta.url);
    const there = file === '' ? here : new URL(file, here);
    if (!existsSync(there)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(there, 'utf8')).includes(anchor);
  });
}

const withoutFences = (markdown: string): string => markdown.replace(/^ *```[\s\S]*?^ *```$/gm, '');

/** As GitHub makes them: lower case, spaces are dashes, punctuation goes. */
const anchorsOf = (markdown: string): string[] =>
  [...withoutFences(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
