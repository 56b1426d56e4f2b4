import { dirname, isAbsolute, resolve } from 'node:path';

type Fields = Readonly<Record<string, unknown>>;

export const isMapping = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * One mapping of a kubeconfig file. Its readers return undefined for a field that is absent, null or empty, as client-go
 * does, and throw an error that names the file and the field for a value of another type.
 */
export class KubeconfigSection {
  readonly #fields: Fields;
  readonly #file: string;
  /** The path of the mapping in the file, such as `users[admin].user`. */
  readonly #at: string;

  constructor(fields: Fields, file: string, at: string) {
    this.#fields = fields;
    this.#file = file;
    this.#at = at;
  }

  text(key: string): string | undefined {
    const value = this.#fields[key] ?? '';
    if (typeof value !== 'string') this.fail(key, `expected a string, found ${nameOf(value)}`);
    return value === '' ? undefined : value;
  }

  /** A path, absolute: kubectl takes a relative one from the directory of the file. */
  path(key: string): string | undefined {
    const value = this.text(key);
    return value === undefined || isAbsolute(value) ? value : resolve(dirname(this.#file), value);
  }

  flag(key: string): boolean {
    const value = this.#fields[key] ?? false;
    if (typeof value !== 'boolean') this.fail(key, `expected true or false, found ${nameOf(value)}`);
    return value;
  }

  texts(key: string): readonly string[] {
    const value = this.#fields[key] ?? [];
    if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string'))
      this.fail(key, 'expected a list of strings');
    return value;
  }

  /** A list of mappings. */
  items(key: string): readonly KubeconfigSection[] {
    const value = this.#fields[key] ?? [];
    if (!Array.isArray(value) || !value.every(isMapping)) this.fail(key, 'expected a list of mappings');
    return value.map(
      (fields, index) => new KubeconfigSection(fields, this.#file, `${this.#path(key)}[${index}]`),
    );
  }

  section(key: string): KubeconfigSection | undefined {
    const value = this.#fields[key] ?? undefined;
    if (value === undefined) return undefined;
    if (!isMapping(value)) this.fail(key, `expected a mapping, found ${nameOf(value)}`);
    return new KubeconfigSection(value, this.#file, this.#path(key));
  }

  /** A mapping without fields, for messages about what is missing in this file. */
  empty(at: string): KubeconfigSection {
    return new KubeconfigSection({}, this.#file, at);
  }

  /** The same mapping with another path, for clearer messages. */
  named(at: string): KubeconfigSection {
    return new KubeconfigSection(this.#fields, this.#file, at);
  }

  /** The parsed value, for fields that are passed on unread. */
  raw(key: string): unknown {
    return this.#fields[key] ?? undefined;
  }

  keys(): readonly string[] {
    return Object.keys(this.#fields);
  }

  /** Throws for a field that this program does not read: without that field the program might act as another user. */
  refuseOthers(known: readonly string[]): void {
    const other = this.keys().find((key) => !known.includes(key));
    if (other !== undefined) this.fail(other, `this field is not known; expected one of ${known.join(', ')}`);
  }

  fail(key: string, reason: string): never {
    throw new Error(`the kubeconfig ${this.#file} is invalid: ${this.#path(key)}: ${reason}`);
  }

  #path(key: string): string {
    return this.#at === '' ? key : `${this.#at}.${key}`;
  }
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return isMapping(value) ? 'a mapping' : `the ${typeof value} ${String(value)}; put it in quotes`;
}
