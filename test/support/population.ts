import type { Deprecation, Entry } from '../../src/catalog/entry.ts';
import { buildLookup, defaultPrecedence, type Lookup } from '../../src/catalog/lookup.ts';
import { jobsClient, webservice } from '../../src/catalog/readers.ts';
import { buildSiteModel, type SiteInput } from '../../src/site/model.ts';
import type { ToolWorkload } from '../../src/site/use.ts';
import { realLookup } from './catalog.ts';
import { pastUse } from './past-use.ts';
import { Random } from './random.ts';

const WIKITECH = 'https://wikitech.wikimedia.org/wiki/Help:Toolforge';

const campaigns: Readonly<Record<string, Deprecation>> = {
  'golang1.11': { removal: '2027-03-01' },
  jdk8: { replacement: 'jdk17', removal: '2026-12-15' },
  jdk11: { replacement: 'jdk17', removal: '2027-03-01' },
  node12: { replacement: 'node20', removal: '2026-11-15', url: `${WIKITECH}/Node.js` },
  node16: { replacement: 'node20', removal: '2027-01-31', url: `${WIKITECH}/Node.js` },
  'php7.3': { replacement: 'php8.2', removal: '2026-12-15', url: `${WIKITECH}/PHP` },
  'php7.4': { replacement: 'php8.2', removal: '2027-03-01', url: `${WIKITECH}/PHP` },
  'python3.7': { replacement: 'python3.13', removal: '2026-12-15', url: `${WIKITECH}/Python` },
  'python3.9': { replacement: 'python3.13', removal: '2027-03-01', url: `${WIKITECH}/Python` },
};

/** The realistic catalog of 2026 while some of its images are being phased out, with replacements and removal dates. */
const campaignLookup: Lookup = (() => {
  const { catalog } = realLookup(2026);
  const entries = catalog.entries.map((entry): Entry => {
    const deprecation = campaigns[entry.name];
    return deprecation ? { ...entry, state: 'deprecated', deprecation } : entry;
  });
  return buildLookup({ ...catalog, entries }, defaultPrecedence);
})();

/** A site of that catalog, with so many tools and workloads, and 120 days of history. The same numbers give the same site. */
export function populatedSite(size: { readonly tools: number; readonly workloads: number }): SiteInput {
  const use = { known: true, workloads: populationOf(size) } as const;
  const input = { lookup: campaignLookup, use, today: '2026-11-30' };
  return { ...input, history: pastUse(buildSiteModel(input), 120) };
}

/** Workloads of tools, most of them on few images. Each tool has one workload at least. */
function populationOf({
  tools,
  workloads,
}: {
  readonly tools: number;
  readonly workloads: number;
}): readonly ToolWorkload[] {
  const random = new Random(20261130);
  return Array.from({ length: Math.max(tools, workloads) }, (_, index) => {
    // The smaller of two draws, so that the first images have most workloads.
    const image = POPULAR[Math.min(random.below(POPULAR.length), random.below(POPULAR.length))] ?? '';
    const tool = index < tools ? index : random.below(tools);
    const kind = random.of(['Deployment', 'Deployment', 'CronJob', 'Job']);
    const name = random.of(['web', 'bot', 'nightly', 'update', 'archive']);
    return {
      tool: toolName(tool),
      workload: `${kind}/${name}-${index}`,
      image,
      asksFor: random.of([image, ...(campaignLookup.shortNames.get(image)?.aliases ?? [])]),
      client: kind === 'Deployment' && name === 'web' ? webservice.client : jobsClient,
    };
  });
}

/** Images by the number of their users. */
const POPULAR = [
  ...[
    'python3.11',
    'python3.9',
    'php8.2',
    'php7.4',
    'python3.13',
    'node18',
    'bookworm',
    'python3.7',
    'node16',
  ],
  ...[
    'php7.3',
    'jdk17',
    'node20',
    'bullseye',
    'php8.4',
    'node12',
    'perl5.36',
    'jdk11',
    'tcl8.6',
    'golang1.11',
  ],
  ...[
    'ruby3.1',
    'mariadb',
    'perl5.32',
    'jdk8',
    'mono6.8',
    'python2',
    'trixie',
    'bullseye-standalone',
    'php5.6',
  ],
];

const toolName = (index: number): string =>
  `${FIRST[index % FIRST.length]}-${SECOND[Math.floor(index / FIRST.length) % SECOND.length]}${
    index < FIRST.length * SECOND.length ? '' : `-${index}`
  }`;

const FIRST = ['wiki', 'commons', 'citation', 'monument', 'category', 'article', 'talk', 'map', 'patrol'];
const SECOND = ['bugs', 'bot', 'hunt', 'stats', 'watch', 'finder', 'checker', 'feed', 'gallery', 'quiz'];
