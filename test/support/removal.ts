import type { RemovalPolicy } from '../../src/admission/pod-refusal.ts';
import { TODAY } from './problems.ts';

/** `--past-removal warn` or `deny` on this day. */
export const warnOn = (today: string): RemovalPolicy => ({ today, pastRemoval: 'warn' });
export const denyOn = (today: string): RemovalPolicy => ({ today, pastRemoval: 'deny' });

/** The default, on the day of the tests. */
export const removal: RemovalPolicy = warnOn(TODAY);
