import { CLIENT_LABEL } from '../catalog/public-names.ts';
import type { ContainerResolution } from './container-resolution.ts';
import { quoted } from './quoting.ts';

/** Why a container can't have what it asks for by a short name, and what to do; undefined where it can. */
export function noImage(
  { fresh, resolution }: ContainerResolution,
  client: string | undefined,
): string | undefined {
  if (!fresh || resolution.kind !== 'no-variant') return undefined;
  const { entry, has } = resolution;
  return (
    `${entry.name} has no image for ${clientLabel(client)}: ` +
    (has.length === 0
      ? 'it has no image at all; ask for another name'
      : `it has only ${has.join(', ')}; ask for another name, or write the URL of one of these`)
  );
}

/** How messages call the client that asks. */
export const clientLabel = (client: string | undefined): string =>
  client === undefined
    ? `Pods without the label ${CLIENT_LABEL}`
    : `${quoted(client)} (label ${CLIENT_LABEL})`;
