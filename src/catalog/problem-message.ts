import { acknowledging, describeChange } from './change-message.ts';
import { nearest } from './did-you-mean.ts';
import type { Span } from './positions.ts';
import type { Problem } from './problem.ts';
import { ALLOW_DELETE, IMAGE_CONFIG } from './public-names.ts';
import { conversionOf } from './text-encoding.ts';
import { brief, counted, inAList, type Words } from './wording.ts';
import { characterName, firstInvisible } from './yaml/character-names.ts';

/**
 * The words of a problem. `lineOf` turns an offset of the catalog into a line of the file that the user sees. The words stay
 * short, whatever the catalog holds.
 */
export function describe(problem: Problem, lineOf: (offset: number) => number): Words {
  switch (problem.code) {
    case 'missing-data-key':
      return missingKey(problem);
    case 'document-limit': {
      const { limit, found, allowed } = problem;
      const message = {
        bytes: `the catalog has ${found} bytes, and ${allowed} are allowed`,
        entries: `the catalog has ${found} entries, and ${allowed} are allowed`,
        depth: `the catalog is nested deeper than ${allowed} levels`,
      }[limit];
      return { message, remedy: 'make it smaller: nothing else of it was checked' };
    }
    case 'yaml-syntax':
      return {
        message: `not well-formed: ${brief(problem.reason)}`,
        remedy: withLines(brief(problem.remedy), problem.lines, lineOf),
      };
    case 'multiple-documents':
      return {
        message: 'a second YAML document begins here',
        remedy: 'keep one document: the consumers refuse to read more than one',
      };
    case 'duplicate-key':
      if (problem.missingName) {
        const { commented } = problem.missingName;
        const line = lineOf(problem.at.start);
        return {
          message: `a name is missing before line ${line}: the fields of an entry begin again there`,
          remedy: commented
            ? `delete the # before \`${brief(commented.name)}:\` (line ${lineOf(commented.at.start)}), or delete the fields below it, too`
            : `write the name of the entry above line ${line}, at the left margin`,
        };
      }
      return {
        message: `the key ${quote(problem.key)} is already on line ${lineOf(problem.other.start)}`,
        remedy: 'remove or rename one of the two: the consumers take the last one silently',
      };
    case 'yaml-feature':
      return { message: `found ${brief(problem.feature)}`, remedy: brief(problem.remedy) };
    case 'yaml-ambiguous':
      return ambiguous(problem);
    case 'not-a-mapping':
      return noCatalog(problem);
    case 'empty-catalog':
      return {
        message: 'the catalog has no entry',
        remedy: 'list at least one image: jobs-api fails on an empty list',
      };
    case 'missing-field':
      return {
        message: `the field ${problem.missing} is missing`,
        remedy: `add ${problem.missing}: ${MISSING[problem.missing] ?? 'the consumers require it'}`,
      };
    case 'wrong-type':
      if (problem.loose)
        return {
          message: `${theFields(problem.loose)} ${problem.loose.length === 1 ? 'is' : 'are'} not indented`,
          remedy: withLines('indent {lines}', problem.lines, lineOf),
        };
      if (problem.knownIn)
        return {
          message: `this is no variant, but a field of ${inAList(problem.knownIn)}`,
          remedy: 'move it there, or delete it',
        };
      return {
        message: `expected ${problem.expected}, found ${problem.found}`,
        remedy: remedyForType(problem),
      };
    case 'unknown-value':
      return unknownValue(problem.value, problem.allowed, problem.field.endsWith('.state'));
    case 'state-beta':
      return {
        message: 'the state is beta: webservice lists such an entry, jobs hides it',
        remedy: 'write stable once both are to list it',
      };
    case 'misspelt-field':
      return {
        message: `the field ${quote(problem.key)} is unknown (did you mean ${problem.meant}?)`,
        remedy: `write ${problem.meant}`,
      };
    case 'misplaced-field':
      return misplaced(problem, lineOf);
    case 'unknown-field':
      if (problem.future)
        return {
          message: `the field ${quote(problem.key)} is ${problem.future.found}, and ${problem.future.reader} will read ${problem.future.expected} there`,
          remedy: `write ${problem.future.expected}, or delete it: nothing reads it today`,
        };
      if (problem.lines)
        return {
          message: `the field ${quote(problem.key)} is unknown, and looks like an entry`,
          remedy: withLines(
            'if it is one, write its name at the left margin ({lines})',
            problem.lines,
            lineOf,
          ),
        };
      if (problem.knownIn)
        return {
          message: `the field ${quote(problem.key)} has no effect here: it is known in ${inAList(problem.knownIn)}`,
          remedy: 'move it there, or delete it',
        };
      return {
        message: `the field ${quote(problem.key)} is unknown (known here: ${problem.known.join(', ')})`,
        remedy: 'leave it if a consumer reads it, else delete it',
      };
    case 'invalid-name':
      return {
        message: `the ${problem.what} ${problem.name === '' ? '' : `${JSON.stringify(brief(problem.name))} `}${faultOfShortName(problem.name)}`,
        remedy:
          'use up to 63 letters, digits, dots, dashes and underscores, beginning and ending with a letter or digit',
      };
    case 'reserved-name':
      return {
        message: `the ${problem.what} ${quote(problem.name)} is webservice's own type`,
        remedy: 'choose another: an entry by this name would replace the build service for every tool',
      };
    case 'duplicate-alias':
      return {
        message: `${quote(problem.alias)} is already an alias of ${brief(problem.otherEntry)} (line ${lineOf(problem.other.start)})`,
        remedy: 'remove one of the two',
      };
    case 'alias-shadows-name':
      return {
        message: `${quote(problem.alias)} is the name of another entry (line ${lineOf(problem.other.start)})`,
        remedy: 'remove the alias: which of the two an image gets would depend on their order',
      };
    case 'alias-shadows-repository':
      return {
        message: `the ${problem.what} ${quote(problem.name)} is the repository of ${brief(problem.url)}, an image of ${brief(problem.otherEntry)} (line ${lineOf(problem.other.start)})`,
        remedy: `${problem.what === 'name' ? 'rename the entry' : 'remove the alias'}: jobs on that image would be taken for this entry's`,
      };
    case 'redundant-alias':
      return {
        message: problem.ownName
          ? `${quote(problem.alias)} is the entry's own name`
          : `the alias ${quote(problem.alias)} is repeated`,
        remedy: 'delete it',
      };
    case 'case-collision':
      return {
        message: `${quote(problem.name)} differs only in case from ${quote(problem.otherName)}, ${problem.otherName === problem.otherEntry ? 'the name of another entry' : `an alias of ${brief(problem.otherEntry)}`} (line ${lineOf(problem.other.start)})`,
        remedy: 'choose names that people can tell apart: lookups are case-sensitive',
      };
    case 'duplicate-url':
      if (problem.copy) {
        const { name, images, aliases } = problem.copy;
        const shared = [
          images === 1 ? 'the image' : `all ${images} images`,
          ...(aliases > 0 ? [counted(aliases, 'alias', 'aliases')] : []),
        ];
        return {
          message: `${brief(name)} is a copy: it has ${inAList(shared)} of ${brief(problem.otherEntry)} (line ${lineOf(problem.other.start)})`,
          remedy: `write its own images and aliases, or make ${brief(name)} an alias of ${brief(problem.otherEntry)}`,
        };
      }
      return {
        message: `${brief(problem.url)} is an image of ${brief(problem.otherEntry)} as well (line ${lineOf(problem.other.start)})`,
        remedy: 'keep it in one of the two: a URL has to lead back to one name',
      };
    case 'invalid-image':
      return {
        message: `${quote(problem.image)} is no image URL: ${brief(problem.reason)}`,
        remedy: brief(problem.remedy),
      };
    case 'image-tag':
      return {
        message: `${quote(problem.image)} has the tag ${quote(problem.tag)}`,
        remedy: 'delete the tag: consumers append `:latest` to this value',
      };
    case 'image-digest':
      return {
        message: `${quote(problem.image)} has the digest ${quote(problem.digest)}`,
        remedy: 'delete the digest: consumers append `:latest` to this value, and jobs-api fails on it',
      };
    case 'registry-not-allowed':
      return {
        message: `the registry ${brief(problem.host)} is not among the allowed: ${problem.allowed.join(', ')}${didYouMean(problem.meant)}`,
        remedy: 'use an allowed registry, or allow this one: Pods with this image may be refused',
      };
    case 'misspelt-registry':
      return {
        message: `no other entry uses the registry ${brief(problem.host)}${didYouMean(problem.meant)}`,
        remedy: `write ${brief(problem.meant)}, unless this registry exists: the URL cannot be checked here`,
      };
    case 'repository-on-two-hosts':
      return {
        message: `${brief(problem.repository)} is on ${brief(problem.host)} here and on ${brief(problem.otherHost)} in ${brief(problem.otherEntry)} (line ${lineOf(problem.other.start)})`,
        remedy:
          'use one host for it, or another repository: without a host it is not clear which entry is meant',
      };
    case 'unreachable-entry':
      return {
        message: `${brief(problem.name)} has no image at all`,
        remedy: 'add an image, or delete the entry',
      };
    case 'no-top-level-image':
      return {
        message: `${brief(problem.name)} has no top-level image, and ${problem.others} other ${problem.others === 1 ? 'entry has' : 'entries have'}`,
        remedy: 'add `image:`: jobs-api skips an entry without it',
      };
    case 'replacement-unknown':
      return {
        message: `the replacement ${quote(problem.replacement)} ${problem.aliasOf === undefined ? `is no entry${didYouMean(problem.meant)}` : `is an alias of ${brief(problem.aliasOf)}`}`,
        remedy: `write ${brief(problem.aliasOf ?? problem.meant ?? 'the name of an entry')}`,
      };
    case 'replacement-loop':
      return {
        message:
          problem.loop.length === 2
            ? `${brief(problem.loop[0] ?? '')} is its own replacement`
            : `the replacements lead in a circle: ${shortened(problem.loop).join(' → ')}`,
        remedy: 'name an entry that stays, or none',
      };
    case 'replacement-deprecated':
      return {
        message: `the replacement ${brief(problem.replacement)} is deprecated itself`,
        remedy: 'name an entry that is not',
      };
    case 'deprecation-on-stable':
      return {
        message: `${brief(problem.name)} has deprecation facts, and its state is ${problem.state}`,
        remedy: 'set `state: deprecated`, or delete `deprecation`: without that state no one is warned',
      };
    case 'removal-past':
      return {
        message: `the removal date ${problem.removal} has passed (today is ${problem.today})`,
        remedy: 'remove the entry once it is unused, or set a later date',
      };
    case 'nothing-for-jobs':
      return {
        message:
          'no entry has an image for jobs: jobs-api answers "Empty list of available images" to every tool',
        remedy: 'add `image` to the entries that jobs may use',
      };
    case 'name-removed':
    case 'alias-removed':
    case 'alias-moved':
    case 'reader-loses-name':
    case 'reader-loses-all':
    case 'web-type-changed':
    case 'url-changed':
    case 'removed-without-deprecation':
      return describeChange(problem);
    case 'immutable-config-map':
      return {
        message:
          'the ConfigMap becomes immutable: it can then only be deleted, and no image can be added or deprecated',
        remedy: acknowledging(problem, 'delete `immutable: true`'),
      };
    case 'config-map-deleted':
      return {
        message: 'the ConfigMap would be deleted: without it webservice and jobs fail for every tool',
        remedy: `to delete it anyway: kubectl annotate -n ${IMAGE_CONFIG.namespace} configmap/${IMAGE_CONFIG.name} ${ALLOW_DELETE}=true`,
      };
    case 'image-absent':
      return {
        message: `the registry does not have ${brief(problem.image)} (404)`,
        remedy: 'push it, or correct the URL: Pods with this image never start',
      };
    case 'image-unchecked':
      return {
        message: `whether ${brief(problem.image)} exists is not known: ${brief(problem.reason)}`,
        remedy: brief(problem.remedy),
      };
    default:
      return problem satisfies never;
  }
}

function missingKey({ keys, binary, found }: Extract<Problem, { code: 'missing-data-key' }>): Words {
  const { key } = IMAGE_CONFIG;
  const message = `the ConfigMap has no ${key} in data`;
  if (binary === 'UTF-8')
    return {
      message: `${message} (it is in binaryData, which no consumer reads)`,
      remedy: `move the text, decoded from base64, to data`,
    };
  if (binary !== undefined)
    return {
      message: `${message} (it is in binaryData, which no consumer reads)`,
      remedy: `kubectl puts a file there that is not UTF-8; convert the file, and apply it again: ${conversionOf(binary, 'OLD')} > ${key}`,
    };
  if (found !== undefined)
    return {
      message: `${key} in data is ${found}, and no text`,
      remedy: `write \`${key}: |\` and the catalog below it, indented`,
    };
  const near = keys.length === 1 ? keys[0] : keys.find((other) => nearest(other, [key]) !== undefined);
  const others = keys.length === 0 ? 'data has no key' : `data has ${shortened(keys).join(', ')}`;
  return {
    message: `${message}; ${others}`,
    remedy:
      near === undefined
        ? `put the catalog under data, key ${key}: without it webservice and jobs fail for every tool`
        : `rename the key ${brief(near)} to ${key}, if it has the catalog: without it webservice and jobs fail for every tool`,
  };
}

function noCatalog({ found, keys, looksLike }: Extract<Problem, { code: 'not-a-mapping' }>): Words {
  if (looksLike !== undefined)
    return {
      message: `this is ${looksLike}, and no catalog`,
      remedy: 'a catalog has one `name:` per image, with its fields below it',
    };
  if (keys.length > 0)
    return {
      message: `this is no catalog: no entry stands below ${keys.length === 1 ? 'its only key,' : `any of its ${keys.length} keys,`} ${shortened(keys.slice(0, 5)).join(', ')}${keys.length > 5 ? ' …' : ''}`,
      remedy: 'a catalog has one `name:` per image, with state, variants and its other fields below it',
    };
  return {
    message: `the catalog is ${found === 'nothing' ? 'empty' : found}; expected a mapping from names to entries`,
    remedy: 'write one `name:` per image, with its fields below it',
  };
}

const MISSING: Readonly<Record<string, string>> = {
  state: 'stable or deprecated; every consumer fails without it',
  variants: 'webservice fails for every tool without it; `variants: {}` will do',
  extra: 'a mapping with wstype; webservice fails for every tool without it',
  wstype: 'webservice fails for every tool without it',
  image: 'registry/repository, without a tag',
};

function remedyForType({ expected, found, field }: Extract<Problem, { code: 'wrong-type' }>): string {
  if (found === 'nothing' || found === 'null')
    return REQUIRED.test(field)
      ? `write ${expected}: ${MISSING[field.slice(field.lastIndexOf('.') + 1)]}`
      : `write ${expected}, or delete this if it is optional`;
  if (expected === 'a list')
    return 'write a list: one line for each item, which begins with a dash and a space';
  if (expected === 'a mapping' && found === 'a list') return 'write a mapping: its keys have no dashes';
  return `write ${expected}`;
}

/** Fields that the consumers require where the mapping around them is there. */
const REQUIRED = /\.(?:state|variants|extra|wstype|variants\.[^.]+\.image)$/;

/** `the field state`, `the fields state and image`. */
const theFields = (names: readonly string[]): string =>
  `the ${names.length === 1 ? 'field' : 'fields'} ${inAList(shortened(names))}`;

function misplaced(
  { fields, parent, parentKey, fix, lines }: Extract<Problem, { code: 'misplaced-field' }>,
  lineOf: (offset: number) => number,
): Words {
  const isOne = fields.length === 1;
  const key = brief(parentKey);
  if (parent === '')
    return {
      message: `${inAList(shortened(fields))} ${isOne ? 'looks like an entry' : 'look like entries'} inside another one: no consumer reads ${isOne ? 'it' : 'them'} here`,
      remedy: withLines(
        `indent {lines} less: the ${isOne ? 'name belongs' : 'names belong'} at the left margin`,
        lines,
        lineOf,
      ),
    };
  const remedy = {
    indent: `indent {lines}, below \`${key}:\``,
    add: `write \`${key}:\` above, and indent {lines}`,
    outdent: `move {lines} out, to the other fields of ${key}`,
    move: `move {lines} below \`${key}:\`, indented`,
  }[fix];
  return {
    message: `${theFields(fields)} ${isOne ? 'belongs' : 'belong'} under ${brief(parent)}: no consumer reads ${isOne ? 'it' : 'them'} here`,
    remedy: withLines(remedy, lines, lineOf),
  };
}

function unknownValue(value: string, allowed: readonly string[], isState: boolean): Words {
  if (isState && value === 'default') {
    return {
      message: 'the state is "default", and there is no default image',
      remedy: `write one of: ${allowed.join(', ')}`,
    };
  }
  return {
    message: `${quote(value)} is not allowed here${didYouMean(nearest(value.toLowerCase(), allowed))}`,
    remedy: `write ${allowed.length === 1 ? allowed[0] : `one of: ${allowed.join(', ')}`}`,
  };
}

function ambiguous({ text, yaml11, yaml12 }: Extract<Problem, { code: 'yaml-ambiguous' }>): Words {
  const found = text === '' ? 'an empty text' : brief(text);
  return {
    message:
      yaml11 === yaml12
        ? `${found} is ${yaml11}, not a string`
        : `${found} is ${yaml11} to the consumers (YAML 1.1), and ${yaml12} to YAML 1.2`,
    remedy: yaml11 === 'null' ? 'write a name' : `quote it: '${brief(text).replaceAll("'", "''")}'`,
  };
}

function faultOfShortName(name: string): string {
  const foreign = /[^A-Za-z0-9._-]/u.exec(name)?.[0];
  if (name === '') return 'is empty';
  if (foreign !== undefined)
    return `has ${firstInvisible(foreign) ? characterName(foreign) : `the character ${JSON.stringify(foreign)}`}`;
  if (!/^[A-Za-z0-9]/.test(name)) return `begins with ${JSON.stringify(name[0])}`;
  if (!/[A-Za-z0-9]$/.test(name)) return `ends with ${JSON.stringify(name.at(-1))}`;
  return `has ${name.length} characters`;
}

/** Replaces `{lines}` by the lines of a span. */
function withLines(words: string, lines: Span | undefined, lineOf: (offset: number) => number): string {
  if (!lines) return words;
  const [first, last] = [lineOf(lines.start), lineOf(lines.end)];
  return words.replace('{lines}', first === last ? `line ${first}` : `lines ${first} to ${last}`);
}

const didYouMean = (meant: string | undefined): string =>
  meant === undefined ? '' : ` (did you mean ${brief(meant)}?)`;

/** The text in quotes. A character that people do not see is named after the quotes. */
function quote(text: string): string {
  const shown = brief(text);
  const invisible = firstInvisible(shown);
  return `${JSON.stringify(shown)}${invisible ? ` with ${characterName(invisible.character)}` : ''}`;
}

const shortened = (names: readonly string[]): readonly string[] =>
  (names.length <= 12 ? names : [...names.slice(0, 10), '…', ...names.slice(-1)]).map(brief);
