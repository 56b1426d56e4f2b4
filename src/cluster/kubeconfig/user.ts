import { readFileSync } from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import type { User } from '@kubernetes/client-node';
import { execPlugin } from './exec-plugin.ts';
import type { KubeconfigSection } from './section.ts';

/** Another user to act as, with the permissions of the one who logs in. */
export interface Impersonation {
  readonly user: string | undefined;
  readonly groups: readonly string[];
  readonly uid: string | undefined;
}

/** A user for client-node, with the settings that client-node does not read. */
export interface KubeUser {
  readonly user: User;
  readonly tokenFile: TokenFile | undefined;
  readonly impersonation: OutgoingHttpHeaders;
}

const FIELDS = [
  ...['client-certificate', 'client-certificate-data', 'client-key', 'client-key-data'],
  ...['token', 'tokenFile', 'username', 'password', 'auth-provider', 'exec'],
  ...['as', 'as-uid', 'as-groups', 'as-user-extra', 'extensions'],
];

/**
 * Reads a user of a kubeconfig as kubectl does. Throws for a field that is not known and for combinations that client-go
 * refuses (validateAuthInfo in client-go's tools/clientcmd/validation.go).
 */
export function readUser(
  name: string,
  section: KubeconfigSection,
  cluster: KubeconfigSection,
  as: Impersonation,
): KubeUser {
  section.refuseOthers(FIELDS);
  const [token, tokenFile] = [section.text('token'), section.path('tokenFile')];
  const [username, password] = [section.text('username'), section.text('password')];
  if ((token ?? tokenFile) !== undefined && username !== undefined)
    section.fail('username', 'a token is given as well; only one way to log in is allowed');
  const [certFile, certData] = fileOrData(section, 'client-certificate');
  const [keyFile, keyData] = fileOrData(section, 'client-key');
  const exec = section.section('exec');
  const authProvider = section.raw('auth-provider');
  return {
    user: {
      name,
      ...(token !== undefined && { token }),
      ...(username !== undefined && { username, password: password ?? '' }),
      ...(certFile !== undefined && { certFile }),
      ...(certData !== undefined && { certData }),
      ...(keyFile !== undefined && { keyFile }),
      ...(keyData !== undefined && { keyData }),
      ...(exec && { exec: execPlugin(exec, cluster) }),
      ...(authProvider !== undefined && { authProvider }),
    },
    // The token in the file overrides `token`, as in client-go.
    tokenFile: tokenFile === undefined ? undefined : new TokenFile(tokenFile),
    impersonation: impersonationHeaders(section, as),
  };
}

/** A file or base64 data. client-go refuses both together, since its documents differ on which of them wins. */
export function fileOrData(
  section: KubeconfigSection,
  key: string,
): readonly [file: string | undefined, data: string | undefined] {
  const [file, data] = [section.path(key), section.text(`${key}-data`)];
  if (file !== undefined && data !== undefined)
    section.fail(key, `${key}-data is given as well; leave one of them out`);
  return [file, data];
}

/** The headers of https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation. */
function impersonationHeaders(section: KubeconfigSection, as: Impersonation): OutgoingHttpHeaders {
  const user = as.user ?? section.text('as');
  const uid = as.uid ?? section.text('as-uid');
  const groups = as.groups.length > 0 ? as.groups : section.texts('as-groups');
  const extra = section.section('as-user-extra');
  const keys = extra?.keys() ?? [];
  if (user === undefined) {
    if (uid !== undefined || groups.length > 0 || keys.length > 0)
      section.fail('as', 'groups, a uid or extra fields to act with are given, but no user to act as');
    return {};
  }
  return {
    'Impersonate-User': headerText(user),
    ...(uid !== undefined && { 'Impersonate-Uid': headerText(uid) }),
    ...(groups.length > 0 && { 'Impersonate-Group': groups.map(headerText) }),
    ...Object.fromEntries(
      keys.map((key) => [`Impersonate-Extra-${headerKey(key)}`, (extra?.texts(key) ?? []).map(headerText)]),
    ),
  };
}

/** Node writes a header in Latin-1; the API server reads it as UTF-8. */
const headerText = (text: string): string => Buffer.from(text).toString('latin1');

/** Percent-encoded: encodeURIComponent leaves parentheses, which the name of a header may not contain. */
const headerKey = (key: string): string =>
  encodeURIComponent(key).replace(/[()]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);

/** A bearer token in a file that may be replaced at any time. */
class TokenFile {
  readonly #path: string;
  #last: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The token in the file now, or the last one that could be read. Throws when there was none. */
  read(): string {
    try {
      const token = readFileSync(this.#path, 'utf8').trim();
      if (token === '') throw new Error(`the token file ${this.#path} is empty`);
      this.#last = token;
    } catch (error) {
      if (this.#last === undefined) throw error;
    }
    return this.#last;
  }
}
