import { splitHost, splitReference } from '../catalog/image-reference.ts';
import { bearerChallenge, tokenIn, tokenRequest } from './bearer-token.ts';
import { type ConnectTerms, type RegistryAnswer, type RegistryRequest, sendRequest } from './request.ts';
import { retryAfter } from './retry-after.ts';
import { LATER, peerText, Unchecked } from './unchecked.ts';

export interface ManifestTerms {
  readonly registries: readonly string[];
  readonly wait: (milliseconds: number) => Promise<unknown>;
  /** The milliseconds that an image may take. */
  readonly patience: number;
  readonly now: () => number;
  readonly connect: ConnectTerms;
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md, and their counterparts of docker. */
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** A registry may redirect, and asks for a token once; further steps would be a loop. */
const MOST_STEPS = 5;
const MOST_WAITS = 2;

/**
 * Asks for the manifest of an image by HEAD, without an account:
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests. Throws an `Unchecked` when the
 * registry gives no clear answer, or an error of the network.
 */
export async function isManifestThere(image: string, terms: ManifestTerms): Promise<boolean> {
  const { name, tag = 'latest', digest } = splitReference(image);
  const { host, repository } = splitHost(name);
  const allowed = allowedUrls(terms.registries);
  let url = allowed(`https://${host}/v2/${repository}/manifests/${digest ?? tag}`);
  let token: { readonly host: string; readonly value: string } | undefined;
  for (let step = 0; step < MOST_STEPS; step++) {
    const headers = {
      accept: MANIFESTS.join(', '),
      // A token is for the host that asked for it.
      ...(token?.host === url.host && { authorization: `Bearer ${token.value}` }),
    };
    const answer = await sendPatiently({ url, method: 'HEAD', headers }, terms);
    const challenge = bearerChallenge(answer.headers['www-authenticate']);
    if (answer.status === 200) return isManifest(answer, digest);
    if (answer.status === 404) return false;
    if (answer.status === 401 && challenge && !token) {
      const request = tokenRequest(challenge, repository, allowed);
      token = { host: url.host, value: tokenIn(await sendPatiently(request, terms), request.url) };
    } else if ([301, 302, 303, 307, 308].includes(answer.status)) {
      url = allowed(answer.headers.location ?? '', url);
    } else throw refused(answer.status);
  }
  throw new Unchecked('the registry redirects again and again', LATER);
}

/** Returns a function that parses a URL, and throws an `Unchecked` unless it is https on one of these hosts. */
function allowedUrls(registries: readonly string[]): (text: string, base?: URL) => URL {
  const hosts = registries.map((registry) => hostOf(`https://${registry}`));
  return (text, base) => {
    const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
    if (url?.protocol === 'https:' && hosts.includes(url.host)) return url;
    throw new Unchecked(
      `it leads to ${peerText(text)}, and only https on a host of --registries is asked`,
      'name its host in --registries if it is one of yours',
    );
  };
}

const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).host : undefined);

/** Waits and asks again when the registry says that it is busy. A wait counts as time of the image. */
async function sendPatiently(request: RegistryRequest, terms: ManifestTerms): Promise<RegistryAnswer> {
  for (let waits = 0; ; waits++) {
    const answer = await sendRequest(request, terms.connect);
    if (answer.status !== 429 && answer.status !== 503) return answer;
    const milliseconds = retryAfter(answer.headers['retry-after'], terms.now());
    if (waits === MOST_WAITS || milliseconds >= terms.patience)
      throw new Unchecked(`${peerText(request.url.host)} is busy (it answered ${answer.status})`, LATER);
    await terms.wait(milliseconds);
  }
}

function isManifest({ headers }: RegistryAnswer, digest: string | undefined): true {
  const type = headers['content-type']?.split(';', 1)[0]?.trim() ?? '';
  if (!MANIFESTS.includes(type.toLowerCase()))
    throw new Unchecked(
      `the registry answered with the type ${peerText(type)}, which is no manifest of an image`,
      'correct the URL: its host may be no registry',
    );
  const found = headers['docker-content-digest'];
  if (digest !== undefined && found !== undefined && found !== digest)
    throw new Unchecked(`the registry answered with the digest ${peerText(String(found))}`, LATER);
  return true;
}

const refused = (status: number): Unchecked =>
  status === 401 || status === 403
    ? new Unchecked(
        `the registry refuses it to the public (it answered ${status})`,
        'look with an account: such an image is private, or is not there',
      )
    : new Unchecked(`the registry answered ${status}`, LATER);
