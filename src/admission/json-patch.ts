/** The two operations of RFC 6902 that are sent: `add` replaces, too, and `remove` takes away what is there. */
export type JsonPatchOperation =
  | { readonly op: 'add'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/**
 * The document as it is after the operations; the one given stays as it was. Throws where a path leads nowhere: the
 * API server fails the whole request for that, whatever the failure policy, so it has to be found out before.
 */
export function applyPatch(document: unknown, operations: readonly JsonPatchOperation[]): unknown {
  const root: Members = { '': document };
  // Whatever lies along a path is copied once; what is a copy of ours may be changed.
  const copies = new Set<unknown>();
  for (const operation of operations) {
    const { op, path } = operation;
    let parent = root;
    let token = 0;
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', token)) {
      const copy = copyOf(parent, unescaped(path.slice(token, slash)), copies);
      if (!copy) throw new Error(`JSON Patch: nothing that holds members at ${path.slice(0, slash)}`);
      parent = copy;
      token = slash + 1;
    }
    if (token === 0) throw new Error(`JSON Patch: ${path} is no path of a member`);
    const member = unescaped(path.slice(token));
    if (Array.isArray(parent)) throw new Error(`JSON Patch: ${path} is an item of a list`);
    if (op === 'add') set(parent, member, operation.value);
    else if (Object.hasOwn(parent, member)) delete parent[member];
    else throw new Error(`JSON Patch: nothing to remove at ${path}`);
  }
  return root[''];
}

/** A JSON Pointer (RFC 6901) to `tokens`. */
export function pointer(...tokens: readonly (string | number)[]): string {
  let path = '';
  for (const token of tokens) path += `/${typeof token === 'number' ? token : escaped(token)}`;
  return path;
}

const escaped = (token: string): string =>
  token.includes('~') || token.includes('/')
    ? token.replace(/[~/]/g, (character) => (character === '~' ? '~0' : '~1'))
    : token;

const unescaped = (token: string): string =>
  token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token;

type Members = Record<string, unknown>;

/** The member of `parent` as a copy that may be changed and that `parent` already holds; if it has members. */
function copyOf(parent: Members, member: string, copies: Set<unknown>): Members | undefined {
  const value = Object.hasOwn(parent, member) ? parent[member] : undefined;
  if (copies.has(value)) return value as Members;
  if (typeof value !== 'object' || value === null) return undefined;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Members;
  copies.add(copy);
  set(parent, member, copy);
  return copy;
}

function set(parent: Members, member: string, value: unknown): void {
  // Assignment to this one would change the prototype instead.
  if (member === '__proto__')
    Object.defineProperty(parent, member, { value, writable: true, enumerable: true, configurable: true });
  else parent[member] = value;
}
