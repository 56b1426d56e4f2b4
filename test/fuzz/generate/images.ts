import type { Random } from '../../support/random.ts';
import { type PlainEntry, urlsOf } from '../oracle/images.ts';
import { HOSTS } from './catalogs.ts';
import { misspelt } from './words.ts';

/** Images for containers: those of the catalog, and near misses. */
export function anyImage(catalog: readonly PlainEntry[], random: Random): string {
  const kind = random.below(20);
  if (kind === 0 || catalog.length === 0) return random.of(STRANGE);
  if (kind === 1) return random.of(FOREIGN);
  const entry = random.of(catalog);
  const shortName = random.of([entry.name, ...entry.aliases]);
  const urls = urlsOf(entry);
  const url = urls.length === 0 ? `${random.of(HOSTS)}/nothing` : random.of(urls);
  if (kind < 9) return shortName + (random.chance(4) ? tag(random) : '');
  if (kind < 14) return url + tag(random);
  if (kind < 16)
    return `${random.chance(3) ? random.of(HOSTS) : url.split('/')[0]}/${shortName}${tag(random)}`;
  if (kind < 18) return misspelt(shortName, random) + (random.chance(6) ? tag(random) : '');
  return random.of([
    shortName.toUpperCase(),
    `${shortName}/`,
    `/${shortName}`,
    ` ${shortName}`,
    `pre-built/${shortName}`,
    `https://${url}`,
    misspelt(url, random),
    url.split('/').slice(1).join('/'),
    `${random.of(HOSTS)}/${url.split('/').slice(1).join('/')}`,
    `${url}/`,
  ]);
}

const tag = (random: Random): string =>
  random.of([
    '',
    '',
    ':latest',
    ':latest',
    ':latest',
    ':v1',
    ':LATEST',
    ':',
    ':latest:latest',
    DIGEST,
    `:latest${DIGEST}`,
  ]);

const DIGEST = `@sha256:${'0'.repeat(64)}`;

const FOREIGN = [
  'nginx',
  'nginx:1.27',
  'docker.io/library/python',
  'tools-harbor.wmcloud.org/tool-wikibugs/wikibugs:latest',
  `tools-harbor.wmcloud.org/tool-wikibugs/wikibugs:latest${DIGEST}`,
  'harbor.local/tool-x/y',
  'localhost:5000/x',
];

const STRANGE = [
  '',
  ' ',
  ':latest',
  ':',
  '@',
  '/',
  '//',
  '-',
  '.',
  '__proto__',
  'constructor',
  'toString:latest',
  'hasOwnProperty',
  'buildservice',
  'latest',
  '\u0000',
  'é',
  '名',
  '😀:latest',
  '\ud800',
  '\u202enode',
  '~0~1',
  'a/b~c',
  '"quotes" and \\ more',
  '<script>&amp;',
  'x'.repeat(63),
  'x'.repeat(5_000),
  `${'a/'.repeat(1_000)}b`,
  '\n',
];
