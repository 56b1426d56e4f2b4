import { BACKDATED_BY, type Names } from './assessment.ts';
import { createAuthority } from './authority.ts';
import type { CertificateIssuer } from './rotation.ts';
import { issueServing } from './serving.ts';

export interface IssuerOptions {
  readonly names: Names;
  readonly authorityDays: number;
  readonly servingDays: number;
  readonly now: () => Date;
}

/** Authorities and serving certificates as the Secret is to hold them. */
export const createIssuer = ({
  names,
  authorityDays,
  servingDays,
  now,
}: IssuerOptions): CertificateIssuer => ({
  authority: () =>
    createAuthority({ commonName: COMMON_NAME, now: now(), days: authorityDays, backdatedBy: BACKDATED_BY }),
  serving: (authority) =>
    issueServing(authority, { ...names, now: now(), days: servingDays, backdatedBy: BACKDATED_BY }),
});

/** The same for all authorities: clients tell two of a bundle apart by their keys. */
const COMMON_NAME = 'image-config-admission authority';
