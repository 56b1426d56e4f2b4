import type { ResolveHost } from '../../src/registry/addresses.ts';
import { type ImageCheck, imageChecker, type RegistryTerms } from '../../src/registry/check-images.ts';
import { registryCertificates, type StandInRegistry } from './stand-in-registry.ts';

/** Resolves every name to loopback. */
export const toLoopback: ResolveHost = async () => [{ address: '127.0.0.1', family: 4 }];

/** A checker that may ask these registries, trusts their CA, resolves all names to loopback and never waits. */
export async function checkerOf(registries: readonly StandInRegistry[], terms: Partial<RegistryTerms> = {}) {
  const { ca } = await registryCertificates();
  return imageChecker({
    registries: registries.map(({ host }) => host),
    ca,
    resolve: toLoopback,
    pause: async () => {},
    // A busy machine is no failure.
    patience: { image: 20_000, all: 60_000 },
    ...terms,
  });
}

/** Checks the image `REPOSITORY` of the first registry. */
export async function checkedImage(
  [registry, ...others]: readonly [StandInRegistry, ...StandInRegistry[]],
  terms: Partial<RegistryTerms> = {},
  repository = 'node20',
): Promise<ImageCheck | undefined> {
  const image = `${registry.host}/${repository}`;
  const check = await checkerOf([registry, ...others], terms);
  const found = (await check([image])).get(image);
  if (found?.kind === 'unchecked' && found.remedy === '') throw new Error(`no remedy for: ${found.reason}`);
  return found;
}
