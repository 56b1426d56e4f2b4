import { problemInfo, type Severity } from '../../catalog/problem.ts';
import { toolFindingInfo } from '../../tool-files/finding.ts';

/** Severity and title of each code that a verb prints: those of catalogs, then those of tools' files. */
export const findingInfo = { ...problemInfo, ...toolFindingInfo } satisfies Readonly<
  Record<string, { severity: Severity; title: string }>
>;

export type FindingCode = keyof typeof findingInfo;

export const findingCodes = Object.keys(findingInfo) as FindingCode[];
