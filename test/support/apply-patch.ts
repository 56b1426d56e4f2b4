import type { JsonPatchOperation } from '../../src/admission/json-patch.ts';

/** Applies operations to a copy of the document. Throws where a path leads nowhere, in the words of `checkPatch`. */
export function applyPatch(document: unknown, operations: readonly JsonPatchOperation[]): unknown {
  const root: Members = { '': document };
  // Each value along a path is copied once. Copies may be changed.
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

const unescaped = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');

type Members = Record<string, unknown>;

/** Replaces a member of `parent` by a copy and returns the copy. Returns undefined if it is neither an object nor a list. */
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
  // Assignment to this name would change the prototype.
  if (member === '__proto__')
    Object.defineProperty(parent, member, { value, writable: true, enumerable: true, configurable: true });
  else parent[member] = value;
}
