import { digestOf } from '../catalog/load.ts';
import type { ClientPrecedence } from '../catalog/lookup.ts';
import type { CatalogPolicy } from '../catalog/policy.ts';
import { brief, counted } from '../catalog/wording.ts';
import type { SiteUse, ToolWorkload } from './use.ts';

/** What the site learns from `serve`: the body of `/state.json`. */
export interface SiteState {
  /** The catalog that answers come from; null while there is none. */
  readonly catalog: { readonly digest: string; readonly text: string } | null;
  /** Why the newest text of the catalog is not served; null if it is. */
  readonly outdated: string | null;
  readonly use: SiteUse;
  readonly settings: StateSettings;
}

/** The settings of `serve` that decide what a catalog means, and what the pages say. */
export interface StateSettings {
  readonly policy: CatalogPolicy;
  readonly precedence: ClientPrecedence;
  /** The answer to a new Pod with an image past its removal date. */
  readonly pastRemoval: 'warn' | 'deny';
}

/** Increases when a reader of the version before would misread the state. New fields are no such change. */
const VERSION = 1;

/** Three times the state of 50,000 workloads. */
export const MAX_STATE_BYTES = 16 * 1024 * 1024;

/** The JSON of a state. Where it would be larger than a reader accepts, use is not known, and says why. */
export function encodeState(state: SiteState): string {
  const text = `${JSON.stringify({ version: VERSION, ...state })}\n`;
  if (!state.use.known || Buffer.byteLength(text) <= MAX_STATE_BYTES) return text;
  const listed = counted(state.use.workloads.length, 'workload');
  const why = `the list of ${listed} is larger than ${MAX_STATE_BYTES / 1024 / 1024} MiB`;
  return encodeState({ ...state, use: { known: false, why } });
}

/** A text that is no state. The message is for an operator. */
export class BadState extends Error {
  override readonly name = 'BadState';
}

/** Reads a state from a text that may be hostile. Unknown fields are ignored. Throws `BadState` for anything else than a state. */
export function decodeState(text: string): SiteState {
  const state = objectAt('the state', parsed(text));
  if (state.version !== VERSION)
    throw new BadState(
      `the state has version ${found(state.version)}, and version ${VERSION} is expected: run serve and site of the same release`,
    );
  return {
    catalog: state.catalog === null ? null : catalogIn(objectAt('catalog', state.catalog)),
    outdated: state.outdated === null ? null : brief(textAt('outdated', state.outdated)),
    use: useIn(objectAt('use', state.use)),
    settings: settingsIn(objectAt('settings', state.settings)),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadState('the state is no JSON', { cause });
  }
}

function catalogIn({ digest, text }: Fields): SiteState['catalog'] {
  const catalog = { digest: textAt('catalog.digest', digest), text: textAt('catalog.text', text) };
  if (catalog.digest !== digestOf(catalog.text))
    throw new BadState(`catalog.digest is ${found(digest)}, which is not the digest of catalog.text`);
  return catalog;
}

function useIn({ known, since, why, workloads }: Fields): SiteUse {
  const from = since === undefined ? {} : { since: timeAt('use.since', since) };
  switch (known) {
    case true:
      return { known, ...from, workloads: listAt('use.workloads', workloads).map(workloadIn) };
    case false:
      return { known, ...from, ...(why !== undefined && { why: brief(textAt('use.why', why)) }) };
    default:
      throw unexpected('use.known', 'true or false', known);
  }
}

function workloadIn(value: unknown, index: number): ToolWorkload {
  const where = `use.workloads[${index}]`;
  const { tool, workload, image, asksFor, client } = objectAt(where, value);
  return {
    tool: textAt(`${where}.tool`, tool),
    workload: textAt(`${where}.workload`, workload),
    image: textAt(`${where}.image`, image),
    asksFor: textAt(`${where}.asksFor`, asksFor),
    ...(client !== undefined && { client: textAt(`${where}.client`, client) }),
  };
}

function settingsIn({ policy, precedence, pastRemoval }: Fields): StateSettings {
  if (pastRemoval !== 'warn' && pastRemoval !== 'deny')
    throw unexpected('settings.pastRemoval', 'warn or deny', pastRemoval);
  return {
    policy: policyIn(objectAt('settings.policy', policy)),
    precedence: Object.fromEntries(
      Object.entries(objectAt('settings.precedence', precedence)).map(([client, sources]) => [
        client,
        textsAt(`settings.precedence[${brief(client)}]`, sources),
      ]),
    ),
    pastRemoval,
  };
}

function policyIn({ deprecationUrl, ...fields }: Fields): CatalogPolicy {
  const at = (name: string): string => `settings.policy.${name}`;
  return {
    // As far as the options of these names go.
    maxBytes: countAt(at('maxBytes'), fields.maxBytes, 1024 * 1024),
    maxEntries: countAt(at('maxEntries'), fields.maxEntries, 100_000),
    maxDepth: countAt(at('maxDepth'), fields.maxDepth, 64),
    states: textsAt(at('states'), fields.states),
    registries: textsAt(at('registries'), fields.registries),
    ...(deprecationUrl !== undefined && { deprecationUrl: textAt(at('deprecationUrl'), deprecationUrl) }),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function objectAt(where: string, value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unexpected(where, 'an object', value);
  return value as Fields;
}

function listAt(where: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw unexpected(where, 'a list', value);
  return value;
}

function textAt(where: string, value: unknown): string {
  if (typeof value !== 'string') throw unexpected(where, 'a string', value);
  return value;
}

const textsAt = (where: string, value: unknown): string[] =>
  listAt(where, value).map((item, index) => textAt(`${where}[${index}]`, item));

function countAt(where: string, value: unknown, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most)
    throw unexpected(where, `a whole number up to ${most}`, value);
  return value;
}

function timeAt(where: string, value: unknown): string {
  const time = textAt(where, value);
  if (!ISO_SECOND.test(time) || Number.isNaN(Date.parse(time)))
    throw unexpected(where, 'a time such as 2026-11-30T12:00:00Z', value);
  return time;
}

const ISO_SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

const unexpected = (where: string, expected: string, value: unknown): BadState =>
  new BadState(`${where} should be ${expected}, and is ${found(value)}`);

/** A value in a message. */
function found(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return JSON.stringify(typeof value === 'string' ? brief(value) : value);
}
