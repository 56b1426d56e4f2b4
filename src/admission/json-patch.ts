/** The two operations of RFC 6902 that the program sends. `add` replaces an existing member, too; `remove` needs one. */
export type JsonPatchOperation =
  | { readonly op: 'add'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/**
 * Checks that operations apply to the document one after the other, and changes neither. Throws if a path leads nowhere:
 * such a patch fails the request at the API server, whatever the failure policy, so it must be found here.
 */
export function checkPatch(document: unknown, operations: readonly JsonPatchOperation[]): void {
  const root: Place = { value: { '': document }, changed: undefined };
  for (const operation of operations) {
    const { op, path } = operation;
    let parent = root;
    let token = 0;
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', token)) {
      parent = memberOf(parent, unescaped(path.slice(token, slash)));
      if (typeof parent.value !== 'object' || parent.value === null)
        throw new Error(`JSON Patch: nothing that holds members at ${path.slice(0, slash)}`);
      token = slash + 1;
    }
    if (token === 0) throw new Error(`JSON Patch: ${path} is no path of a member`);
    const member = unescaped(path.slice(token));
    if (Array.isArray(parent.value)) throw new Error(`JSON Patch: ${path} is an item of a list`);
    if (op === 'remove' && memberOf(parent, member).value === undefined)
      throw new Error(`JSON Patch: nothing to remove at ${path}`);
    change(parent, member, op === 'add' ? operation.value : undefined);
  }
}

/**
 * A value of the document; undefined if there is none. `changed` has its members after the operations so far, as far as they
 * were visited.
 */
interface Place {
  readonly value: unknown;
  changed: Map<string, Place> | undefined;
}

function memberOf(parent: Place, member: string): Place {
  const changed = parent.changed?.get(member);
  if (changed) return changed;
  const members = parent.value as Readonly<Record<string, unknown>>;
  return change(parent, member, Object.hasOwn(members, member) ? members[member] : undefined);
}

function change(parent: Place, member: string, value: unknown): Place {
  const place: Place = { value, changed: undefined };
  parent.changed ??= new Map();
  parent.changed.set(member, place);
  return place;
}

/** The JSON Pointer (RFC 6901) of these tokens. */
export function pointer(...tokens: readonly (string | number)[]): string {
  let path = '';
  for (const token of tokens) path += `/${typeof token === 'number' ? token : escaped(token)}`;
  return path;
}

const escaped = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1');

const unescaped = (token: string): string =>
  token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token;
