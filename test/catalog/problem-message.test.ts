import { describe as about, expect, it } from 'vitest';
import {
  type Problem,
  type ProblemCode,
  problemCodes,
  problemInfo,
  severityOf,
} from '../../src/catalog/problem.ts';
import { describe } from '../../src/catalog/problem-message.ts';
import { HOST, NEW_HOST } from '../support/catalog.ts';

const place = { at: { start: 40, end: 44 }, field: 'python3.11.field' };
const pair = { ...place, other: { start: 20, end: 24 }, otherEntry: 'python3.9' };
const unknown = {
  ...place,
  severity: 'warning',
  use: { known: false, workloads: 0, tools: 0, first: [] },
  acknowledged: false,
  subjects: ['python3.7'],
} as const;
const url = `${HOST}/toolforge-python311-sssd-web`;

const urlChanged = {
  code: 'url-changed',
  entry: 'python3.11',
  from: url,
  to: [`${NEW_HOST}/python311`],
  clients: [],
  isLost: true,
  hostAliases: [],
  ...unknown,
  subjects: ['python3.11'],
} as const;

/** A problem of each code. A new code does not compile without one. */
const samples: { readonly [Code in ProblemCode]: Extract<Problem, { code: Code }> } = {
  'missing-data-key': { code: 'missing-data-key', keys: ['images.yaml', 'README'], ...place },
  'document-limit': { code: 'document-limit', limit: 'bytes', found: 300_000, allowed: 262_144, ...place },
  'yaml-syntax': { code: 'yaml-syntax', reason: 'a quote is missing', remedy: 'close it', ...place },
  'multiple-documents': { code: 'multiple-documents', ...place },
  'duplicate-key': { code: 'duplicate-key', key: 'python3.11', other: { start: 20, end: 24 }, ...place },
  'yaml-feature': { code: 'yaml-feature', feature: 'an anchor', remedy: 'write out the value', ...place },
  'yaml-ambiguous': { code: 'yaml-ambiguous', text: 'on', yaml11: 'true', yaml12: 'a string', ...place },
  'not-a-mapping': { code: 'not-a-mapping', found: 'a list', keys: [], ...place },
  'empty-catalog': { code: 'empty-catalog', ...place },
  'missing-field': { code: 'missing-field', missing: 'state', ...place },
  'wrong-type': { code: 'wrong-type', expected: 'a list', found: 'a string', ...place },
  'unknown-value': { code: 'unknown-value', value: 'stabel', allowed: ['stable', 'deprecated'], ...place },
  'state-beta': { code: 'state-beta', ...place },
  'misspelt-field': { code: 'misspelt-field', key: 'iamge', meant: 'image', ...place },
  'misplaced-field': {
    code: 'misplaced-field',
    fields: ['webservice'],
    parent: 'python3.11.variants',
    parentKey: 'variants',
    fix: 'indent',
    lines: { start: 20, end: 24 },
    ...place,
  },
  'unknown-field': { code: 'unknown-field', key: 'memory', known: ['state', 'image'], ...place },
  'invalid-name': { code: 'invalid-name', name: 'tf/python311', what: 'alias', ...place },
  'reserved-name': { code: 'reserved-name', name: 'buildservice', what: 'name', ...place },
  'duplicate-alias': { code: 'duplicate-alias', alias: 'tf-python39', ...pair },
  'alias-shadows-name': { code: 'alias-shadows-name', alias: 'python3.9', ...pair },
  'alias-shadows-repository': {
    code: 'alias-shadows-repository',
    name: 'toolforge-python311-sssd-web',
    what: 'alias',
    url,
    ...pair,
  },
  'redundant-alias': { code: 'redundant-alias', alias: 'tf-python311', ownName: false, ...place },
  'case-collision': { code: 'case-collision', name: 'Python3.9', otherName: 'python3.9', ...pair },
  'duplicate-url': { code: 'duplicate-url', url, ...pair },
  'invalid-image': {
    code: 'invalid-image',
    image: 'toolforge-python311-sssd-web',
    reason: 'it has no registry host',
    remedy: 'start it with the host name of the registry',
    ...place,
  },
  'image-tag': { code: 'image-tag', image: `${url}:v1`, tag: 'v1', ...place },
  'image-digest': { code: 'image-digest', image: `${url}@sha256:0`, digest: 'sha256:0', ...place },
  'registry-not-allowed': {
    code: 'registry-not-allowed',
    host: 'docker.io',
    allowed: [HOST, NEW_HOST],
    ...place,
  },
  'misspelt-registry': {
    code: 'misspelt-registry',
    host: 'docker-registry.tools.wmflabs.com',
    meant: 'docker-registry.tools.wmflabs.org',
    ...place,
  },
  'repository-on-two-hosts': {
    code: 'repository-on-two-hosts',
    repository: 'toolforge-python311-sssd-web',
    host: NEW_HOST,
    otherHost: HOST,
    ...pair,
  },
  'unreachable-entry': { code: 'unreachable-entry', name: 'python3.11', ...place },
  'no-top-level-image': { code: 'no-top-level-image', name: 'python3.11', others: 2, ...place },
  'replacement-unknown': {
    code: 'replacement-unknown',
    replacement: 'pyhton3.11',
    meant: 'python3.11',
    ...place,
  },
  'replacement-loop': { code: 'replacement-loop', loop: ['python3.7', 'python3.9', 'python3.7'], ...place },
  'replacement-deprecated': { code: 'replacement-deprecated', replacement: 'python3.9', ...place },
  'deprecation-on-stable': { code: 'deprecation-on-stable', name: 'python3.11', state: 'stable', ...place },
  'removal-past': { code: 'removal-past', removal: '2026-03-01', today: '2026-11-22', ...place },
  'nothing-for-jobs': { code: 'nothing-for-jobs', severity: 'error', ...place },
  'name-removed': {
    code: 'name-removed',
    name: 'python3.7',
    readers: ['webservice', 'jobs-api of 2026'],
    aliases: [],
    ...unknown,
  },
  'alias-removed': {
    code: 'alias-removed',
    alias: 'tf-python37',
    entry: 'python3.7',
    ...unknown,
    subjects: ['tf-python37'],
  },
  'alias-moved': {
    code: 'alias-moved',
    alias: 'python3',
    from: 'python3.9',
    to: 'python3.11',
    ...unknown,
    subjects: ['python3'],
  },
  'reader-loses-name': {
    code: 'reader-loses-name',
    reader: 'webservice',
    entry: 'python3.11',
    missing: 'variants.webservice.image',
    ...unknown,
  },
  'reader-loses-all': {
    code: 'reader-loses-all',
    reader: 'webservice',
    entries: 35,
    of: 41,
    ...unknown,
    severity: 'error',
    subjects: ['reader:webservice'],
  },
  'web-type-changed': {
    code: 'web-type-changed',
    entry: 'python3.11',
    from: { wstype: 'python', resources: 'default' },
    to: { wstype: 'generic', resources: 'default' },
    ...unknown,
  },
  'url-changed': urlChanged,
  'removed-without-deprecation': {
    code: 'removed-without-deprecation',
    name: 'python3.9',
    ...unknown,
    subjects: ['python3.9'],
  },
  'immutable-config-map': {
    code: 'immutable-config-map',
    severity: 'error',
    acknowledged: false,
    subjects: ['immutable'],
    ...place,
  },
  'config-map-deleted': { code: 'config-map-deleted', ...place },
  'image-absent': { code: 'image-absent', image: 'registry.example.org/python311:latest', ...place },
  'image-unchecked': {
    code: 'image-unchecked',
    image: 'registry.example.org/python311:latest',
    reason: 'the connection was refused',
    remedy: 'correct host and port, or start the registry',
    ...place,
  },
};

const inUse = (workloads: number, tools: number, first: string[]) => ({
  use: { known: true, workloads, tools, first },
});

const moved = {
  code: 'url-changed',
  move: { entries: 2, lost: 2, examples: [{ from: `${HOST}/a`, to: `${NEW_HOST}/a` }] },
  ...unknown,
} as const;

/** Problems with other facts, which change the words. */
const further: readonly Problem[] = [
  { ...samples['missing-data-key'], keys: [] },
  { ...samples['missing-data-key'], keys: ['README', 'images-v1.yml'] },
  { ...samples['missing-data-key'], binary: 'UTF-16' },
  { ...samples['missing-data-key'], binary: 'UTF-8' },
  { ...samples['missing-data-key'], found: 'a mapping' },
  { ...samples['document-limit'], limit: 'entries', found: 2_001, allowed: 2_000 },
  { ...samples['document-limit'], limit: 'depth', found: 17, allowed: 16 },
  { ...samples['yaml-ambiguous'], text: '3.9', yaml11: 'the number 3.9', yaml12: 'the number 3.9' },
  { ...samples['yaml-ambiguous'], text: "it's", yaml11: 'a date', yaml12: 'a string' },
  { ...samples['yaml-ambiguous'], text: '', yaml11: 'null', yaml12: 'null' },
  { ...samples['yaml-ambiguous'], text: '~', yaml11: 'null', yaml12: 'null' },
  { ...samples['missing-field'], missing: 'variants' },
  { ...samples['wrong-type'], expected: 'a mapping', found: 'nothing' },
  { ...samples['not-a-mapping'], found: 'nothing' },
  { ...samples['not-a-mapping'], found: 'a mapping', keys: ['name', 'version'] },
  { ...samples['not-a-mapping'], looksLike: 'a jobs.yaml' },
  { ...samples['wrong-type'], loose: ['state', 'variants'], lines: { start: 0, end: 1 } },
  { ...samples['unknown-field'], future: { reader: 'jobs-api', expected: 'a mapping', found: 'a list' } },
  { ...samples['unknown-field'], lines: { start: 0, end: 1 } },
  { ...samples['yaml-syntax'], remedy: 'indent {lines}', lines: { start: 0, end: 1 } },
  { ...samples['unknown-value'], value: 'stable\u00a0' },
  { ...samples['invalid-name'], name: 'node\u200b20' },
  { ...samples['unknown-value'], value: 'default', field: 'python3.11.state' },
  { ...samples['unknown-value'], value: 'gone', allowed: ['stable'] },
  ...['', 'a b', '_a', 'a.', 'a'.repeat(64)].map((name) => ({ ...samples['invalid-name'], name })),
  { ...samples['redundant-alias'], ownName: true },
  { ...samples['case-collision'], otherName: 'tf-python39' },
  { ...samples['alias-shadows-repository'], what: 'name' },
  { ...samples['no-top-level-image'], others: 1 },
  { code: 'replacement-unknown', replacement: 'ruby', ...place },
  { code: 'replacement-unknown', replacement: 'tf-python311', aliasOf: 'python3.11', ...place },
  { ...samples['replacement-loop'], loop: ['python3.7', 'python3.7'] },
  { ...samples['nothing-for-jobs'], severity: 'warning' },
  { ...samples['name-removed'], nowAliasOf: 'python3', successor: 'python3', readers: ['webservice'] },
  { ...samples['name-removed'], successor: 'python3' },
  { ...samples['name-removed'], readers: ['jobs-api of 2026'], aliases: ['tf-python37'] },
  { ...samples['name-removed'], readers: [], aliases: ['tf-python37', 'python37'] },
  { ...samples['name-removed'], replacement: 'python3.11' },
  { ...samples['name-removed'], ...inUse(0, 0, []) },
  { ...samples['name-removed'], ...inUse(1, 1, ['tool-wikibugs/Deployment/web']), severity: 'error' },
  { ...samples['alias-removed'], ...inUse(3, 2, ['tool-a/Job/x', 'tool-b/Job/y']), severity: 'error' },
  { ...samples['alias-removed'], ...inUse(2, 1, ['tool-a/Job/x', 'tool-a/Job/y']), acknowledged: true },
  { ...samples['reader-loses-name'], reader: 'jobs-api of 2026', missing: 'image' },
  { ...samples['reader-loses-all'], reader: 'jobs-api until 2025', subjects: ['reader:jobs-api'] },
  { ...samples['reader-loses-all'], severity: 'warning', acknowledged: true },
  { ...samples['web-type-changed'], to: { wstype: 'python', resources: 'jdk' } },
  { ...samples['web-type-changed'], to: { wstype: 'generic', resources: 'jdk' } },
  { ...urlChanged, to: [] },
  { ...urlChanged, to: [], hostAliases: [`${HOST}/tf-python311`, `${HOST}/python3.11`] },
  { ...urlChanged, leadsTo: 'python3.13' },
  { ...urlChanged, isLost: false, clients: ['webservice'] },
  { ...urlChanged, isLost: false, clients: ['webservice', 'toolforge-jobs-framework', '*'] },
  { ...urlChanged, isLost: false, clients: ['*'], to: [] },
  { ...urlChanged, isLost: false, clients: ['a', 'b'], to: [`${HOST}/a`, `${HOST}/b`] },
  { ...urlChanged, clients: ['webservice'], ...inUse(1, 1, ['tool-a/Job/x']), severity: 'error' },
  { ...moved, move: { ...moved.move, replaced: { from: HOST, to: NEW_HOST } }, subjects: [`host:${HOST}`] },
  moved,
  { ...samples['immutable-config-map'], severity: 'warning', acknowledged: true },
];

const lineOf = (offset: number) => offset / 10;
const sentence = (problem: Problem): string => {
  const { message, remedy } = describe(problem, lineOf);
  return `${message}; ${remedy}`;
};

about('describe, for every problem,', () => {
  it.each([...Object.values(samples), ...further])(
    '$code: returns words on one line that can follow a semicolon',
    (problem) => {
      for (const words of Object.values(describe(problem, lineOf))) {
        expect(words).not.toBe('');
        expect(words).not.toMatch(/undefined|NaN|\[object|Infinity|function/);
        expect(words).not.toMatch(/[\r\n\u2028\u2029]/);
        expect(words).not.toMatch(/[.!?,;:]$/);
        expect(words).not.toMatch(/ {2}|^ | $/);
        expect(words).not.toContain(problem.field);
      }
    },
  );

  it.each(problemCodes)('%s: names no line but the other one of two', (code) => {
    const problem = samples[code];
    const { message } = describe(problem, lineOf);
    const lines = [...message.matchAll(/line (\d+)/g)].map(([, line]) => line);
    expect(lines).toEqual('other' in problem ? ['2'] : []);
  });

  it('returns the words of the snapshot', () => {
    const all = [...Object.values(samples), ...further];
    expect(all.map((problem) => `${problem.code}\n  ${sentence(problem)}`).join('\n')).toMatchInlineSnapshot(`
      "missing-data-key
        the ConfigMap has no images-v1.yaml in data; data has images.yaml, README; put the catalog under data, key images-v1.yaml: without it webservice and jobs fail for every tool
      document-limit
        the catalog has 300000 bytes, and 262144 are allowed; make it smaller: nothing else of it was checked
      yaml-syntax
        not well-formed: a quote is missing; close it
      multiple-documents
        a second YAML document begins here; keep one document: the consumers refuse to read more than one
      duplicate-key
        the key "python3.11" is already on line 2; remove or rename one of the two: the consumers take the last one silently
      yaml-feature
        found an anchor; write out the value
      yaml-ambiguous
        on is true to the consumers (YAML 1.1), and a string to YAML 1.2; quote it: 'on'
      not-a-mapping
        the catalog is a list; expected a mapping from names to entries; write one \`name:\` per image, with its fields below it
      empty-catalog
        the catalog has no entry; list at least one image: jobs-api fails on an empty list
      missing-field
        the field state is missing; add state: stable or deprecated; every consumer fails without it
      wrong-type
        expected a list, found a string; write a list: one line for each item, which begins with a dash and a space
      unknown-value
        "stabel" is not allowed here (did you mean stable?); write one of: stable, deprecated
      state-beta
        the state is beta: webservice lists such an entry, jobs hides it; write stable once both are to list it
      misspelt-field
        the field "iamge" is unknown (did you mean image?); write image
      misplaced-field
        the field webservice belongs under python3.11.variants: no consumer reads it here; indent lines 2 to 2.4, below \`variants:\`
      unknown-field
        the field "memory" is unknown (known here: state, image); leave it if a consumer reads it, else delete it
      invalid-name
        the alias "tf/python311" has the character "/"; use up to 63 letters, digits, dots, dashes and underscores, beginning and ending with a letter or digit
      reserved-name
        the name "buildservice" is webservice's own type; choose another: an entry by this name would replace the build service for every tool
      duplicate-alias
        "tf-python39" is already an alias of python3.9 (line 2); remove one of the two
      alias-shadows-name
        "python3.9" is the name of another entry (line 2); remove the alias: which of the two an image gets would depend on their order
      alias-shadows-repository
        the alias "toolforge-python311-sssd-web" is the repository of docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web, an image of python3.9 (line 2); remove the alias: jobs on that image would be taken for this entry's
      redundant-alias
        the alias "tf-python311" is repeated; delete it
      case-collision
        "Python3.9" differs only in case from "python3.9", the name of another entry (line 2); choose names that people can tell apart: lookups are case-sensitive
      duplicate-url
        docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web is an image of python3.9 as well (line 2); keep it in one of the two: a URL has to lead back to one name
      invalid-image
        "toolforge-python311-sssd-web" is no image URL: it has no registry host; start it with the host name of the registry
      image-tag
        "docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web:v1" has the tag "v1"; delete the tag: consumers append \`:latest\` to this value
      image-digest
        "docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web@sha256:0" has the digest "sha256:0"; delete the digest: consumers append \`:latest\` to this value, and jobs-api fails on it
      registry-not-allowed
        the registry docker.io is not among the allowed: docker-registry.tools.wmflabs.org, docker-registry.svc.toolforge.org; use an allowed registry, or allow this one: Pods with this image may be refused
      misspelt-registry
        no other entry uses the registry docker-registry.tools.wmflabs.com (did you mean docker-registry.tools.wmflabs.org?); write docker-registry.tools.wmflabs.org, unless this registry exists: the URL cannot be checked here
      repository-on-two-hosts
        toolforge-python311-sssd-web is on docker-registry.svc.toolforge.org here and on docker-registry.tools.wmflabs.org in python3.9 (line 2); use one host for it, or another repository: without a host it is not clear which entry is meant
      unreachable-entry
        python3.11 has no image at all; add an image, or delete the entry
      no-top-level-image
        python3.11 has no top-level image, and 2 other entries have; add \`image:\`: jobs-api skips an entry without it
      replacement-unknown
        the replacement "pyhton3.11" is no entry (did you mean python3.11?); write python3.11
      replacement-loop
        the replacements lead in a circle: python3.7 → python3.9 → python3.7; name an entry that stays, or none
      replacement-deprecated
        the replacement python3.9 is deprecated itself; name an entry that is not
      deprecation-on-stable
        python3.11 has deprecation facts, and its state is stable; set \`state: deprecated\`, or delete \`deprecation\`: without that state no one is warned
      removal-past
        the removal date 2026-03-01 has passed (today is 2026-11-22); remove the entry once it is unused, or set a later date
      nothing-for-jobs
        no entry has an image for jobs: jobs-api answers "Empty list of available images" to every tool; add \`image\` to the entries that jobs may use
      name-removed
        the name python3.7 is removed (its use is not known here); webservices of this type can no longer start, stop or restart, and jobs that ask for it can no longer be created; check that no tool needs it, or keep it
      alias-removed
        the alias tf-python37 of python3.7 is removed (its use is not known here); jobs that ask for it can no longer be created; check that no tool needs it, or keep it
      alias-moved
        the alias python3 moves from python3.9 to python3.11 (its use is not known here); workloads that ask for it get the image of that entry from now on; check that no tool needs it, or keep it
      reader-loses-name
        webservice can no longer use python3.11, which has no variants.webservice.image any more (its use is not known here); webservices of this type can no longer start, stop or restart; check that no tool needs it, or keep it
      reader-loses-all
        webservice could use 35 of 41 entries and can use none any more (its use is not known here); every tool's webservice fails to start, stop and restart; keep what it reads, or acknowledge reader:webservice
      web-type-changed
        the webservice type of python3.11 changes from python to generic (its use is not known here); its webservices run differently after their next start; check that no tool needs it, or keep it
      url-changed
        docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web becomes docker-registry.svc.toolforge.org/python311 (its use is not known here); jobs that run it lose their name and show as out of step; list the old URL under former-images of the entry, or check that no job runs it
      removed-without-deprecation
        python3.9 is removed without having been deprecated (its use is not known here); its users had no warning; check that no tool needs it, or keep it
      immutable-config-map
        the ConfigMap becomes immutable: it can then only be deleted, and no image can be added or deprecated; delete \`immutable: true\`, or acknowledge immutable
      config-map-deleted
        the ConfigMap would be deleted: without it webservice and jobs fail for every tool; to delete it anyway: kubectl annotate -n tf-public configmap/image-config image-config.toolforge.org/allow-delete=true
      image-absent
        the registry does not have registry.example.org/python311:latest (404); push it, or correct the URL: Pods with this image never start
      image-unchecked
        whether registry.example.org/python311:latest exists is not known: the connection was refused; correct host and port, or start the registry
      missing-data-key
        the ConfigMap has no images-v1.yaml in data; data has no key; put the catalog under data, key images-v1.yaml: without it webservice and jobs fail for every tool
      missing-data-key
        the ConfigMap has no images-v1.yaml in data; data has README, images-v1.yml; rename the key images-v1.yml to images-v1.yaml, if it has the catalog: without it webservice and jobs fail for every tool
      missing-data-key
        the ConfigMap has no images-v1.yaml in data (it is in binaryData, which no consumer reads); kubectl puts a file there that is not UTF-8; convert the file, and apply it again: iconv -f UTF-16 -t UTF-8 OLD > images-v1.yaml
      missing-data-key
        the ConfigMap has no images-v1.yaml in data (it is in binaryData, which no consumer reads); move the text, decoded from base64, to data
      missing-data-key
        images-v1.yaml in data is a mapping, and no text; write \`images-v1.yaml: |\` and the catalog below it, indented
      document-limit
        the catalog has 2001 entries, and 2000 are allowed; make it smaller: nothing else of it was checked
      document-limit
        the catalog is nested deeper than 16 levels; make it smaller: nothing else of it was checked
      yaml-ambiguous
        3.9 is the number 3.9, not a string; quote it: '3.9'
      yaml-ambiguous
        it's is a date to the consumers (YAML 1.1), and a string to YAML 1.2; quote it: 'it''s'
      yaml-ambiguous
        an empty text is null, not a string; write a name
      yaml-ambiguous
        ~ is null, not a string; write a name
      missing-field
        the field variants is missing; add variants: webservice fails for every tool without it; \`variants: {}\` will do
      wrong-type
        expected a mapping, found nothing; write a mapping, or delete this if it is optional
      not-a-mapping
        the catalog is empty; expected a mapping from names to entries; write one \`name:\` per image, with its fields below it
      not-a-mapping
        this is no catalog: no entry stands below any of its 2 keys, name, version; a catalog has one \`name:\` per image, with state, variants and its other fields below it
      not-a-mapping
        this is a jobs.yaml, and no catalog; a catalog has one \`name:\` per image, with its fields below it
      wrong-type
        the fields state and variants are not indented; indent lines 0 to 0.1
      unknown-field
        the field "memory" is a list, and jobs-api will read a mapping there; write a mapping, or delete it: nothing reads it today
      unknown-field
        the field "memory" is unknown, and looks like an entry; if it is one, write its name at the left margin (lines 0 to 0.1)
      yaml-syntax
        not well-formed: a quote is missing; indent lines 0 to 0.1
      unknown-value
        "stable " with a NO-BREAK SPACE (U+00A0) is not allowed here (did you mean stable?); write one of: stable, deprecated
      invalid-name
        the alias "node​20" has a ZERO WIDTH SPACE (U+200B); use up to 63 letters, digits, dots, dashes and underscores, beginning and ending with a letter or digit
      unknown-value
        the state is "default", and there is no default image; write one of: stable, deprecated
      unknown-value
        "gone" is not allowed here; write stable
      invalid-name
        the alias is empty; use up to 63 letters, digits, dots, dashes and underscores, beginning and ending with a letter or digit
      invalid-name
        the alias "a b" has the character " "; use up to 63 letters, digits, dots, dashes and underscores, beginning and ending with a letter or digit
      invalid-name
        the alias "_a" begins with "_"; use up to 63 letters, digits, dots, dashes and underscores, beginning and ending with a letter or digit
      invalid-name
        the alias "a." ends with "."; use up to 63 letters, digits, dots, dashes and underscores, beginning and ending with a letter or digit
      invalid-name
        the alias "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" has 64 characters; use up to 63 letters, digits, dots, dashes and underscores, beginning and ending with a letter or digit
      redundant-alias
        "tf-python311" is the entry's own name; delete it
      case-collision
        "Python3.9" differs only in case from "tf-python39", an alias of python3.9 (line 2); choose names that people can tell apart: lookups are case-sensitive
      alias-shadows-repository
        the name "toolforge-python311-sssd-web" is the repository of docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web, an image of python3.9 (line 2); rename the entry: jobs on that image would be taken for this entry's
      no-top-level-image
        python3.11 has no top-level image, and 1 other entry has; add \`image:\`: jobs-api skips an entry without it
      replacement-unknown
        the replacement "ruby" is no entry; write the name of an entry
      replacement-unknown
        the replacement "tf-python311" is an alias of python3.11; write python3.11
      replacement-loop
        python3.7 is its own replacement; name an entry that stays, or none
      nothing-for-jobs
        no entry has an image for jobs: jobs-api answers "Empty list of available images" to every tool; add \`image\` to the entries that jobs may use
      name-removed
        the name python3.7 is now only an alias of python3 (its use is not known here); webservice takes no aliases: webservices of this type can no longer start, stop or restart; check that no tool needs it, or keep it
      name-removed
        the name python3.7 is removed: the entry is called python3 now (its use is not known here); webservices of this type can no longer start, stop or restart, and jobs that ask for it can no longer be created; check that no tool needs it, or keep it
      name-removed
        the name python3.7 is removed with its alias tf-python37 (its use is not known here); jobs that ask for it can no longer be created; check that no tool needs it, or keep it
      name-removed
        the name python3.7 is removed with its aliases tf-python37, python37 (its use is not known here); Pods that ask for it no longer start; check that no tool needs it, or keep it
      name-removed
        the name python3.7 (replacement: python3.11) is removed (its use is not known here); webservices of this type can no longer start, stop or restart, and jobs that ask for it can no longer be created; check that no tool needs it, or keep it
      name-removed
        the name python3.7 is removed (no use seen in the cluster, but a jobs.yaml or service.manifest may name it); webservices of this type can no longer start, stop or restart, and jobs that ask for it can no longer be created; check that no tool needs it, or keep it
      name-removed
        the name python3.7 is removed (in use by 1 workload of 1 tool: tool-wikibugs/Deployment/web); webservices of this type can no longer start, stop or restart, and jobs that ask for it can no longer be created; move these workloads first, or acknowledge python3.7
      alias-removed
        the alias tf-python37 of python3.7 is removed (in use by 3 workloads of 2 tools: tool-a/Job/x, tool-b/Job/y, …); jobs that ask for it can no longer be created; move these workloads first, or acknowledge tf-python37
      alias-removed
        the alias tf-python37 of python3.7 is removed (in use by 2 workloads of 1 tool: tool-a/Job/x, tool-a/Job/y); jobs that ask for it can no longer be created; it is acknowledged
      reader-loses-name
        jobs-api of 2026 can no longer use python3.11, which has no image any more (its use is not known here); jobs that ask for it can no longer be created; check that no tool needs it, or keep it
      reader-loses-all
        jobs-api until 2025 could use 35 of 41 entries and can use none any more (its use is not known here); it answers "Empty list of available images" to every tool; keep what it reads, or acknowledge reader:jobs-api
      reader-loses-all
        webservice could use 35 of 41 entries and can use none any more (its use is not known here); every tool's webservice fails to start, stop and restart; it is acknowledged
      web-type-changed
        the webservice type of python3.11 changes from default resources to jdk resources (its use is not known here); its webservices run differently after their next start; check that no tool needs it, or keep it
      web-type-changed
        the webservice type of python3.11 changes from python with default resources to generic with jdk resources (its use is not known here); its webservices run differently after their next start; check that no tool needs it, or keep it
      url-changed
        docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web is no longer an image of python3.11 (its use is not known here); jobs that run it lose their name and show as out of step; list the old URL under former-images of the entry, or check that no job runs it
      url-changed
        docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web is no longer an image of python3.11, nor are docker-registry.tools.wmflabs.org/tf-python311, docker-registry.tools.wmflabs.org/python3.11 (its use is not known here); jobs that run it lose their name and show as out of step; list the old URL under former-images of the entry, or check that no job runs it
      url-changed
        docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web becomes an image of python3.13 (its use is not known here); jobs that run it are shown as python3.13; check that no tool needs it, or keep it
      url-changed
        webservice gets docker-registry.svc.toolforge.org/python311 for python3.11 instead of docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web (its use is not known here); workloads that start by name differ from those that run; check that no tool needs it, or keep it
      url-changed
        webservice, toolforge-jobs-framework and other Pods get docker-registry.svc.toolforge.org/python311 for python3.11 instead of docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web (its use is not known here); workloads that start by name differ from those that run; check that no tool needs it, or keep it
      url-changed
        other Pods get no image for python3.11 instead of docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web (its use is not known here); workloads that start by name are denied; check that no tool needs it, or keep it
      url-changed
        a and b get docker-registry.tools.wmflabs.org/a or docker-registry.tools.wmflabs.org/b for python3.11 instead of docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web (its use is not known here); workloads that start by name differ from those that run; check that no tool needs it, or keep it
      url-changed
        docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web becomes docker-registry.svc.toolforge.org/python311 (in use by 1 workload of 1 tool: tool-a/Job/x); jobs that run it lose their name and show as out of step; move these workloads first, or acknowledge python3.11
      url-changed
        2 entries move from docker-registry.tools.wmflabs.org to docker-registry.svc.toolforge.org, such as docker-registry.tools.wmflabs.org/a → docker-registry.svc.toolforge.org/a (its use is not known here); jobs that run one of 2 old URLs lose their name and show as out of step; list the old URL under former-images of the entry, or check that no job runs it
      url-changed
        2 entries get an image that clients take before the one they had, such as docker-registry.tools.wmflabs.org/a → docker-registry.svc.toolforge.org/a (its use is not known here); workloads that start by name differ from those that run; check that no tool needs it, or keep it
      immutable-config-map
        the ConfigMap becomes immutable: it can then only be deleted, and no image can be added or deprecated; it is acknowledged"
    `);
  });
});

about('describe, for hostile text,', () => {
  const long = 'x'.repeat(200_000);
  /** The facts that come from the text of a catalog. */
  const outside =
    /^(name|alias|key|text|value|url|image|tag|digest|host|repository|replacement|entry|from|to|reason|remedy|feature|aliasOf|nowAliasOf|meant|successor|leadsTo|wstype|resources|other[A-Z].*)$/;
  /** The facts that are lists of any length. */
  const lists = /^(loop|aliases|hostAliases)$/;

  const hostile = (sample: Problem): Problem => {
    const filled = (key: string, value: unknown): unknown => {
      if (lists.test(key)) return Array(500).fill(long);
      if (Array.isArray(value)) return value.map((its) => filled(key, its));
      if (value !== null && typeof value === 'object')
        return Object.fromEntries(Object.entries(value).map(([own, its]) => [own, filled(own, its)]));
      return outside.test(key) && sample.code !== 'misspelt-field' ? long : value;
    };
    return filled('', sample) as Problem;
  };

  it.each([...Object.values(samples), moved])('$code: returns less than 6,000 characters', (sample) => {
    expect(sentence(hostile(sample)).length).toBeLessThan(6_000);
  });

  it('shows control characters escaped in quotes', () => {
    const { message } = describe({ ...samples['invalid-name'], name: 'a\u001b[31m\nb' }, lineOf);
    expect(message).toBe('the alias "a\\u001b[31m\\nb" has the character "\\u001b"');
  });
});

about('severityOf and problemInfo', () => {
  it('have one severity for each code, except for changes', () => {
    for (const problem of Object.values(samples))
      expect(severityOf(problem)).toBe(problemInfo[problem.code].severity);
    expect(severityOf({ ...samples['name-removed'], severity: 'error' })).toBe('error');
  });

  it('have a title without a full stop for each code', () => {
    for (const code of problemCodes) expect(problemInfo[code].title).toMatch(/^[A-Z].*[A-Za-z]$/);
  });
});
