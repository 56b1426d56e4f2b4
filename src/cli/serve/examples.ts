import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Answer } from '../../admission/answer.ts';
import { parseBody } from '../../admission/body.ts';
import { decodeReview } from '../../admission/review.ts';
import { type Webhook, webhookFor } from '../../admission/webhooks.ts';
import type { Answerer } from '../../server/admission-route.ts';
import { whatHappened } from '../read-input.ts';

export interface ExampleOptions {
  readonly files: readonly string[];
  readonly answererOf: (webhook: Webhook) => Answerer;
  /** `https://localhost:8443` */
  readonly origin: string;
  /** Whether curl needs `--insecure`: the certificate is self-signed. */
  readonly selfSigned: boolean;
  /** Whether curl needs a client certificate, for which the command has placeholders. */
  readonly clientCertificates: boolean;
  /** The path of the program in a checkout, where the next command can run it; undefined elsewhere. */
  readonly checkedOutProgram: string | undefined;
}

/** For each recorded review: a comment with its result, and the curl command that sends it; `review` prints the answer in words. It answers each review to get the result. */
export async function exampleCommands(options: ExampleOptions): Promise<string> {
  if (options.files.length === 0) return '';
  const examples = await Promise.all(options.files.map((file) => exampleCommand(file, options)));
  return [HEADING, ...examples].map((example) => `\n${example}\n`).join('');
}

const HEADING = 'Try it from another terminal; Ctrl-C ends the server.';

async function exampleCommand(
  file: string,
  { answererOf, origin, selfSigned, clientCertificates, checkedOutProgram }: ExampleOptions,
): Promise<string> {
  let body: Buffer;
  let webhook: Webhook;
  try {
    body = await readFile(file);
    webhook = webhookFor(decodeReview(parseBody(body)));
  } catch (error) {
    return `# ${file} cannot be tried: ${whatHappened(error)}`;
  }
  const answer = await answererOf(webhook)(body);
  const reader = checkedOutProgram === undefined ? '' : ` | node ${quoted(checkedOutProgram)} review -`;
  return [
    `# ${basename(file)}: ${resultOf(answer)}`,
    `curl -sS${selfSigned ? 'k' : ''}${clientCertificates ? ' --cert CERTIFICATE --key KEY' : ''} -H 'Content-Type: application/json' --data-binary ${quoted(`@${file}`)} ${origin}${webhook.path}${reader}`,
  ].join('\n');
}

interface ReviewAnswer {
  readonly response: {
    readonly status?: { readonly message?: string };
    readonly patch?: string;
    readonly warnings?: readonly string[];
  };
}

function resultOf({ status, body, facts }: Answer): string {
  if (status !== 200) return `HTTP ${status}, ${body.trimEnd()}`;
  const { response } = JSON.parse(body) as ReviewAnswer;
  const parts: string[] = [facts.verdict];
  if (response.status?.message) parts.push(firstLine(response.status.message));
  if (response.patch) parts.push(...newImages(response.patch));
  if (response.warnings?.[0]) parts.push(`with a warning: ${firstLine(response.warnings[0])}`);
  return parts.join(', ');
}

function newImages(patch: string): string[] {
  const operations: { path: string; value?: unknown }[] = JSON.parse(Buffer.from(patch, 'base64').toString());
  return operations
    .filter(({ path }) => path.endsWith('/image'))
    .map(({ value }) => `image becomes ${String(value)}`);
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** Quotes text for a POSIX shell; a plain path remains unchanged. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
