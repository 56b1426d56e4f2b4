import type { Validity } from './key-pair.ts';

/**
 * When a certificate is to be renewed: after two thirds of its life, as cert-manager does, so that a third of it
 * remains for whatever keeps a renewal from succeeding.
 */
export function renewalDue({ notBefore, notAfter }: Validity): Date {
  const life = notAfter.getTime() - notBefore.getTime();
  return new Date(notBefore.getTime() + (life * 2) / 3);
}

export const isRenewalDue = (validity: Validity, now: Date): boolean => now >= renewalDue(validity);
