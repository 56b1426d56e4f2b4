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
  // Whatever lies along a path is copied once, however many operations go through it.
  const copies = new Map<string, Members>();
  const copyAt = (path: string): Members => {
    const known = copies.get(path);
    if (known) return known;
    const copy = path === '' ? copied(root, '', path) : copied(copyAt(parentOf(path)), memberOf(path), path);
    copies.set(path, copy);
    return copy;
  };
  for (const operation of operations) {
    const { op, path } = operation;
    if (!path.startsWith('/')) throw new Error(`JSON Patch: ${path} is no path of a member`);
    const parent = copyAt(parentOf(path));
    const member = memberOf(path);
    if (Array.isArray(parent)) throw new Error(`JSON Patch: ${path} is an item of a list`);
    if (op === 'remove' && !Object.hasOwn(parent, member))
      throw new Error(`JSON Patch: nothing to remove at ${path}`);
    // What was copied at this path or below it is not the document's any more.
    if (typeof parent[member] === 'object') copies.clear();
    if (op === 'add') set(parent, member, operation.value);
    else delete parent[member];
  }
  return root[''];
}

/** A JSON Pointer (RFC 6901) to `tokens`. */
export const pointer = (...tokens: readonly (string | number)[]): string =>
  tokens.map((token) => `/${escaped(String(token))}`).join('');

const escaped = (token: string): string =>
  /[~/]/.test(token) ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token;

type Members = Record<string, unknown>;

/** The member of `parent`, as a copy that may be changed and that `parent` already holds. */
function copied(parent: Members, member: string, path: string): Members {
  const value = Object.hasOwn(parent, member) ? parent[member] : undefined;
  if (typeof value !== 'object' || value === null)
    throw new Error(`JSON Patch: nothing that holds members at ${path}`);
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Members;
  set(parent, member, copy);
  return copy;
}

function set(parent: Members, member: string, value: unknown): void {
  // Assignment to this one would change the prototype instead.
  if (member === '__proto__')
    Object.defineProperty(parent, member, { value, writable: true, enumerable: true, configurable: true });
  else parent[member] = value;
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

function memberOf(path: string): string {
  const token = path.slice(path.lastIndexOf('/') + 1);
  return token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token;
}
