// `npm pack` runs it before and after: `node scripts/package-manifest.mjs strip|restore`. The packed package.json lists no
// dependency, since dist/ has all of them inside, and no script. The one of the checkout comes back afterwards.
//
// pre-commit takes the standard output of `npm pack` for the name of the tarball, and npm announces the scripts there unless
// .npmrc has foreground-scripts=false.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const FILE = 'package.json';
const KEPT = 'package.json.kept';

const [, , step] = process.argv;
// Also after a pack that was interrupted.
if (existsSync(KEPT)) renameSync(KEPT, FILE);
if (step === 'strip') {
  const text = readFileSync(FILE, 'utf8');
  const { scripts, dependencies, devDependencies, overrides, ...manifest } = JSON.parse(text);
  writeFileSync(KEPT, text);
  writeFileSync(FILE, `${JSON.stringify(manifest, null, 2)}\n`);
}
