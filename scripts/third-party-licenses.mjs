import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { embeddedIn } from './embedded-packages.mjs';

const RULE = `\n${'-'.repeat(80)}\n`;
const PREAMBLE =
  'The JavaScript files beside this one contain code of the packages below, each under its own licence.\n';

/**
 * The licences of all that a bundle contains, from esbuild's metafile. Its own `legalComments` sees neither the files in which most
 * packages carry theirs, nor comments that are not marked as legal.
 */
export function thirdPartyLicenses(metafile) {
  const packagesByText = new Map();
  const add = ({ name, version, license }, beside, within = []) => {
    const label = `${name} ${version}, ${license}`;
    if (beside.length === 0) throw new Error(`${label} is inlined and carries no licence to ship`);
    for (const text of [...beside, ...within])
      packagesByText.set(text, (packagesByText.get(text) ?? new Set()).add(label));
  };
  for (const file of inlinedFiles(metafile)) {
    const root = packageOf(file);
    const inlined = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    add(inlined, licencesAbove(file, root), licencesIn(file));
    // Of what was copied into it the licence is beside the copy that its dependents would have loaded.
    for (const inside of embeddedIn(inlined.name, inlined.version)) {
      const own = join('node_modules', inside.name);
      add(inside, licencesAbove(join(own, 'package.json'), own));
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
