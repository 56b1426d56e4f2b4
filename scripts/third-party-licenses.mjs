import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const RULE = `\n${'-'.repeat(80)}\n`;
const PREAMBLE =
  'The JavaScript files beside this one contain code of the packages below, each under its own licence.\n';

/**
 * The licences of all that a bundle contains, from esbuild's metafile. Its own `legalComments` sees neither the files in which most
 * packages carry theirs, nor comments that are not marked as legal.
 */
export function thirdPartyLicenses(metafile) {
  const packagesByText = new Map();
  for (const file of inlinedFiles(metafile)) {
    const root = packageOf(file);
    const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const texts = licencesAbove(file, root);
    if (texts.length === 0)
      throw new Error(`${name} ${version} (${license}) is inlined and carries no licence to ship`);
    for (const text of [...texts, ...licencesIn(file)]) {
      const packages = packagesByText.get(text) ?? new Set();
      packagesByText.set(text, packages.add(`${name} ${version}, ${license}`));
    }
  }
  const sections = [...packagesByText].map(([text, packages]) => `${[...packages].join('\n')}\n\n${text}\n`);
  return [PREAMBLE, ...sections.sort()].join(RULE);
}

/** The files of packages of which something was left after tree shaking. */
const inlinedFiles = ({ outputs }) => {
  const inlined = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const left = inlined.filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && packageOf(file));
  return new Set(left.map(([file]) => file));
};

/** The root of the innermost package that a file is in; undefined for our own. */
const packageOf = (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];

/** The package's own, and those of folders in it that were copied from elsewhere. */
function licencesAbove(file, root) {
  const directory = dirname(file);
  const here = readdirSync(directory)
    .filter((name) => /^((un)?licen[cs]e|copying|notice)/i.test(name))
    .map((name) => readFileSync(join(directory, name), 'utf8').trim());
  return directory === root ? here : [...licencesAbove(directory, root), ...here];
}

/** Of code that was copied into a file: a comment with a whole licence in it. */
function licencesIn(file) {
  const comments = readFileSync(file, 'utf8').match(/^[ \t]*\/\*[\s\S]*?\*\//gm) ?? [];
  return comments
    .filter((comment) => /permission is hereby granted|redistribution and use/i.test(comment))
    .map((comment) => comment.replace(/^[ \t]*\/\*+\s*|\s*\*\/$/g, '').replace(/^[ \t]*\*[ \t]?/gm, ''));
}
