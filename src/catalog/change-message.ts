import { MAX_IMAGE_LENGTH } from './image-reference.ts';
import { ANY_CLIENT } from './lookup.ts';
import type { Problem, Use, WebType } from './problem.ts';
import { brief, counted, inAList, type Words } from './wording.ts';

type Of<Code extends Problem['code']> = Extract<Problem, { code: Code }>;
type AnyChange = Extract<Problem, { use: Use }>;

/** The words of a change: what an edit takes away, which workloads use it, what follows, and what to do. */
export function describeChange(problem: AnyChange): Words {
  const { found, effect, remedy = fix(problem) } = partsOf(problem);
  return { message: `${found} (${useInWords(problem.use)}); ${effect}`, remedy };
}

/** The remedy of a problem that an admin can acknowledge. */
export function acknowledging(
  { severity, acknowledged, subjects }: Pick<AnyChange, 'severity' | 'acknowledged' | 'subjects'>,
  otherwise: string,
): string {
  if (severity === 'error') return `${otherwise}, or acknowledge ${subjects.map(whole).join(', ')}`;
  return acknowledged ? 'it is acknowledged' : otherwise;
}

interface Parts {
  readonly found: string;
  /** What the readers lose. */
  readonly effect: string;
  readonly remedy?: string;
}

function partsOf(problem: AnyChange): Parts {
  switch (problem.code) {
    case 'name-removed':
      return { found: removal(problem), effect: lossFor(problem) };
    case 'alias-removed':
      return {
        found: `the alias ${brief(problem.alias)} of ${brief(problem.entry)} is removed`,
        effect: NO_JOBS,
      };
    case 'alias-moved':
      return {
        found: `the alias ${brief(problem.alias)} moves from ${brief(problem.from)} to ${brief(problem.to)}`,
        effect: 'workloads that ask for it get the image of that entry from now on',
      };
    case 'reader-loses-name':
      return {
        found: `${problem.reader} can no longer use ${brief(problem.entry)}, which has no ${problem.missing} any more`,
        effect: problem.reader === 'webservice' ? NO_WEBSERVICES : NO_JOBS,
      };
    case 'reader-loses-all':
      return {
        found: `${problem.reader} could use ${problem.entries} of ${counted(problem.of, 'entry', 'entries')} and can use none any more`,
        effect:
          problem.reader === 'webservice'
            ? "every tool's webservice fails to start, stop and restart"
            : 'it answers "Empty list of available images" to every tool',
        remedy: acknowledging(problem, 'keep what it reads'),
      };
    case 'web-type-changed':
      return {
        found: `the webservice type of ${brief(problem.entry)} ${webTypeChange(problem)}`,
        effect: 'its webservices run differently after their next start',
      };
    case 'url-changed':
      return problem.move ? move(problem) : urlChange(problem);
    case 'removed-without-deprecation':
      return {
        found: `${brief(problem.name)} is removed without having been deprecated`,
        effect: 'its users had no warning',
      };
    default:
      return problem satisfies never;
  }
}

const NO_WEBSERVICES = 'webservices of this type can no longer start, stop or restart';
const NO_JOBS = 'jobs that ask for it can no longer be created';

function removal({
  name,
  aliases,
  nowAliasOf,
  successor,
  isMerged,
  replacement,
}: Of<'name-removed'>): string {
  const shown = brief(name);
  if (nowAliasOf !== undefined) return `the name ${shown} is now only an alias of ${brief(nowAliasOf)}`;
  if (successor !== undefined)
    return isMerged
      ? `the name ${shown} is removed: the entry is merged into ${brief(successor)}`
      : `the name ${shown} is removed: the entry is called ${brief(successor)} now`;
  const advice = replacement === undefined ? '' : ` (replacement: ${brief(replacement)})`;
  if (aliases.length === 0) return `the name ${shown}${advice} is removed`;
  return `the name ${shown}${advice} is removed with ${aliases.length === 1 ? 'its alias' : 'its aliases'} ${shortened(aliases)}`;
}

function lossFor({ readers }: Of<'name-removed'>): string {
  const webservice = readers.includes('webservice');
  const jobs = readers.some((reader) => reader !== 'webservice');
  if (webservice)
    return jobs ? `${NO_WEBSERVICES}, and ${NO_JOBS}` : `webservice takes no aliases: ${NO_WEBSERVICES}`;
  return jobs ? NO_JOBS : 'Pods that ask for it no longer start';
}

/** `changes from lighttpd to python`. */
export const webTypeChange = ({ from, to }: { readonly from: WebType; readonly to: WebType }): string =>
  `changes from ${webType(from, to)} to ${webType(to, from)}`;

/** The parts of a type in which it differs from the other. */
function webType(type: WebType, other: WebType): string {
  const wstype = brief(type.wstype);
  const resources = `${brief(type.resources)} resources`;
  if (type.resources === other.resources) return wstype;
  return type.wstype === other.wstype ? resources : `${wstype} with ${resources}`;
}

type UrlChanged = Extract<Of<'url-changed'>, { from: string }>;

function urlChange(problem: UrlChanged): Parts {
  const { entry, from, to, clients, isLost, leadsTo, hostAliases } = problem;
  const got = to.length === 0 ? 'no image' : to.map(whole).join(' or ');
  const byName = `${clientsInWords(clients)} ${got} for ${brief(problem.subjects[0] ?? entry)} instead of ${whole(from)}`;
  if (!isLost)
    return {
      found: byName,
      effect: to.length === 0 ? 'workloads that start by name are denied' : STARTED_DIFFERENTLY,
    };
  if (leadsTo !== undefined) {
    const other = brief(leadsTo);
    return {
      found:
        clients.length === 0
          ? `${whole(from)} becomes an image of ${other}`
          : `${byName}, which becomes an image of ${other}`,
      effect: `jobs that run it are shown as ${other}`,
    };
  }
  const also =
    hostAliases.length === 0
      ? ''
      : `, nor ${hostAliases.length === 1 ? 'is' : 'are'} ${shortened(hostAliases)}`;
  return {
    found: `${whole(from)} ${to.length > 0 ? `becomes ${got}` : `is no longer an image of ${brief(entry)}${also}`}`,
    effect: 'jobs that run it lose their name and show as out of step',
    ...(problem.severity === 'warning' && { remedy: acknowledging(problem, KEEP_KNOWN) }),
  };
}

const STARTED_DIFFERENTLY = 'workloads that start by name differ from those that run';
const KEEP_KNOWN = 'list the old URL under former-images of the entry, or check that no job runs it';

function clientsInWords(clients: readonly string[]): string {
  const named = clients.filter((client) => client !== ANY_CLIENT).map(brief);
  const all = [...named, ...(clients.includes(ANY_CLIENT) ? ['other Pods'] : [])];
  return `${inAList(all)} ${all.length === 1 && named.length === 1 ? 'gets' : 'get'}`;
}

function move(problem: Extract<Of<'url-changed'>, { move: object }>): Parts {
  const { replaced, entries, lost, examples } = problem.move;
  const shown = examples.map(({ from, to }) => `${whole(from)} → ${whole(to)}`).join(', ');
  const count = counted(entries, 'entry', 'entries');
  if (!replaced)
    return {
      found: `${count} get an image that clients take before the one they had, such as ${shown}`,
      effect: STARTED_DIFFERENTLY,
    };
  return {
    found: `${count} move from ${whole(replaced.from)} to ${whole(replaced.to)}, such as ${shown}`,
    effect:
      lost === 0
        ? STARTED_DIFFERENTLY
        : `jobs that run one of ${counted(lost, 'old URL')} lose their name and show as out of step`,
    ...(lost > 0 && problem.severity === 'warning' && { remedy: acknowledging(problem, KEEP_KNOWN) }),
  };
}

const fix = (problem: AnyChange): string =>
  problem.severity === 'error'
    ? acknowledging(problem, 'move these workloads first')
    : acknowledging(problem, 'check that no tool needs it, or keep it');

/** Clients resolve aliases before the cluster sees them, so a name without known use may still be in use. */
function useInWords({ known, workloads, tools, first }: Use): string {
  if (!known) return 'its use is not known here';
  if (workloads === 0) return 'no use seen in the cluster, but a jobs.yaml or service.manifest may name it';
  const more = workloads > first.length ? ', …' : '';
  return `in use by ${counted(workloads, 'workload')} of ${counted(tools, 'tool')}: ${first.join(', ')}${more}`;
}

/** A URL as a message shows it: valid ones stay whole, so that people can copy them. */
const whole = (text: string): string => (text.length > MAX_IMAGE_LENGTH ? brief(text) : text);

/** More names than these are counted instead. */
const SHOWN = 12;

const shortened = (names: readonly string[]): string => {
  const shown = names.slice(0, SHOWN).map(brief).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
};
