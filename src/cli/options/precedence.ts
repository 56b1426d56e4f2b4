import { InvalidArgumentError } from 'commander';
import { ANY_CLIENT, type ClientPrecedence } from '../../catalog/lookup.ts';

const EXAMPLE = 'webservice=webservice,image; *=image,jobs-framework';
/** The value of a label: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const CLIENT = /^(\*|[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)$/;
const SOURCE = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** Reads `CLIENT=SOURCE,SOURCE;CLIENT=…`, in which `*` stands for all other clients and is required. */
export function parsePrecedence(text: string): ClientPrecedence {
  const parts = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parsePart);
  const clients = parts.map(([client]) => client);
  const twice = clients.find((client, index) => clients.indexOf(client) !== index);
  if (twice !== undefined) throw refusal(`"${twice}" stands there twice`);
  if (!clients.includes(ANY_CLIENT))
    throw refusal(`there is no part "${ANY_CLIENT}=…" for all other clients`);
  return Object.fromEntries(parts);
}

function parsePart(part: string): [client: string, sources: string[]] {
  const [client = '', list, ...rest] = part.split('=').map((side) => side.trim());
  if (list === undefined || rest.length > 0)
    throw refusal(`${JSON.stringify(part)} is not CLIENT=SOURCE,SOURCE`);
  if (!CLIENT.test(client))
    throw refusal(`${JSON.stringify(client)} is no value of the label app.kubernetes.io/managed-by`);
  const sources = list.split(',').map((source) => source.trim());
  const wrong = sources.find((source) => !SOURCE.test(source));
  if (wrong !== undefined)
    throw refusal(`${JSON.stringify(wrong)} is neither "image" nor the name of a variant`);
  return [client, sources];
}

const refusal = (found: string) =>
  new InvalidArgumentError(`Expected a list such as "${EXAMPLE}"; ${found}.`);

export const precedenceText = (precedence: ClientPrecedence): string =>
  Object.entries(precedence)
    .map(([client, sources]) => `${client}=${sources.join(',')}`)
    .join('; ');
