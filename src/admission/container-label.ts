import type { Container } from './pod-images.ts';
import { quoted } from './quoting.ts';

const NOUNS = {
  containers: 'container',
  initContainers: 'init container',
  ephemeralContainers: 'ephemeral container',
} as const;

/** How messages call a container: `init container "setup"`. */
export const containerLabel = ({ list, name }: Container): string =>
  `${NOUNS[list]} ${name === undefined ? 'without a name' : quoted(name)}`;
