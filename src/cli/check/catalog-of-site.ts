import { toYaml } from '../../catalog/yaml/parse.ts';
import { UsageError } from '../command-result.ts';
import type { Source } from '../lint-file.ts';
import { MIB } from '../options/values.ts';

/** Milliseconds. A site answers from memory. */
const PATIENCE = 10_000;

/** A ConfigMap holds 1 MiB; JSON repeats some quotes and brackets. */
const MAX_BYTES = 4 * MIB;

/** `site` serves the one, and `site --out` writes the other. */
const PATHS = ['/api/v1/catalog', '/api/v1/catalog.json'];

/** The catalog of a site, as YAML. Throws `UsageError` when the address is not that of a site. */
export async function catalogOfSite(address: string): Promise<Source> {
  let base = address;
  while (base.endsWith('/')) base = base.slice(0, -1);
  let status = 0;
  for (const path of PATHS) {
    const response = await get(`${base}${path}`, address);
    if (response.ok) return { file: address, text: asYaml(await bodyOf(response, address), address) };
    ({ status } = response);
    await response.body?.cancel();
    if (status !== 404) break;
  }
  throw failure(address, `it answers ${status} to ${PATHS[0]}; give the address of a site, as for a browser`);
}

async function get(url: string, address: string): Promise<Response> {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
  } catch (error) {
    throw failure(address, reasonOf(error), error);
  }
}

async function bodyOf(response: Response, address: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > MAX_BYTES) throw new Error(`the answer is larger than ${MAX_BYTES / MIB} MiB`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw failure(address, reasonOf(error), error);
  }
  return Buffer.concat(chunks).toString();
}

/** JSON escapes characters that a catalog has to have as they are. */
function asYaml(text: string, address: string): string {
  try {
    return toYaml(JSON.parse(text));
  } catch (error) {
    throw failure(address, 'the answer is no JSON', error);
  }
}

const failure = (address: string, reason: string, cause?: unknown): UsageError =>
  new UsageError(`cannot read the catalog of ${address}: ${reason}`, { cause });

/** The cause of a `fetch failed`, which has no message of its own. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `no answer within ${PATIENCE / 1000} s`;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
