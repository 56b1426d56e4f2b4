import type { ImagePolicy } from '../../src/admission/pod-refusal.ts';
import { TODAY } from './problems.ts';

/** `--past-removal warn` or `deny` on this day. */
export const warnOn = (today: string): ImagePolicy => ({
  today,
  pastRemoval: 'warn',
  registryAdmission: 'absent',
});
export const denyOn = (today: string): ImagePolicy => ({ ...warnOn(today), pastRemoval: 'deny' });

/** The default, on the day of the tests. */
export const removal: ImagePolicy = warnOn(TODAY);
