import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { embeddedIn } from './embedded-packages.mjs';

const RULE = `\n${'-'.repeat(80)}\n`;
const PREAMBLE =
  'The JavaScript files beside this one contain code of the packages below, each under its own licence.\n';

/**
 * The licences of all packages in a bundle, from esbuild's metafile. esbuild's `legalComments` finds neither licence files nor
 * comments that are not marked as legal.
 *
 * @param {import('esbuild').Metafile} metafile
 */
export function thirdPartyLicenses(metafile) {
  /** @type {Map<string, Set<string>>} */
  const packagesByText = new Map();
  /**
   * @param {import('./embedded-packages.mjs').Package} found
   * @param {readonly string[]} beside
   * @param {readonly string[]} within
   */
  const add = ({ name, version, license }, beside, within = []) => {
    const label = `${name} ${version}, ${license}`;
    if (beside.length === 0) throw new Error(`${label} is inlined and has no licence text`);
    for (const text of [...beside, ...within])
      packagesByText.set(text, (packagesByText.get(text) ?? new Set()).add(label));
  };
  for (const file of inlinedFiles(metafile)) {
    const root = packageOf(file) ?? '';
    const inlined = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    add(inlined, licencesAbove(file, root), licencesIn(file));
    // The licence of a copied package is in the installed package of that name.
    for (const inside of embeddedIn(inlined.name, inlined.version)) {
      const own = join('node_modules', inside.name);
      add(inside, licencesAbove(join(own, 'package.json'), own));
    }
  }
  const sections = [...packagesByText].map(([text, packages]) => `${[...packages].join('\n')}\n\n${text}\n`);
  return [PREAMBLE, ...sections.sort()].join(RULE);
}

/**
 * The files of packages with code left after tree shaking.
 *
 * @param {import('esbuild').Metafile} metafile
 */
const inlinedFiles = ({ outputs }) => {
  const inlined = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const left = inlined.filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && packageOf(file));
  return new Set(left.map(([file]) => file));
};

/**
 * The root of the innermost package of a file; undefined for our own files.
 *
 * @param {string} file
 */
const packageOf = (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];

/**
 * The licences of the package, and of copied folders inside it.
 *
 * @param {string} file
 * @param {string} root
 * @returns {string[]}
 */
function licencesAbove(file, root) {
  const directory = dirname(file);
  const here = readdirSync(directory)
    .filter((name) => /^((un)?licen[cs]e|copying|notice)/i.test(name))
    .map((name) => readFileSync(join(directory, name), 'utf8').trim());
  return directory === root ? here : [...licencesAbove(directory, root), ...here];
}

/**
 * The licences of code copied into a file: comments with a whole licence.
 *
 * @param {string} file
 */
function licencesIn(file) {
  const comments = readFileSync(file, 'utf8').match(/^[ \t]*\/\*[\s\S]*?\*\//gm) ?? [];
  return comments
    .filter((comment) => /permission is hereby granted|redistribution and use/i.test(comment))
    .map((comment) => comment.replace(/^[ \t]*\/\*+\s*|\s*\*\/$/g, '').replace(/^[ \t]*\*[ \t]?/gm, ''));
}
