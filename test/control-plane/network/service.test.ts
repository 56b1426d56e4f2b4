import { it } from 'vitest';
import { passesInNamespace } from './namespace.ts';

it('the manifests work exactly as they are shipped, Service included, in a network namespace of their own', async () => {
  await passesInNamespace('service', 400_000);
}, 420_000);
