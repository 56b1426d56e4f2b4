import { dump } from 'js-yaml';

/** Plain values as YAML that YAML 1.1 and 1.2 readers take alike, on lines of any length. */
export const toYaml = (value: unknown): string => dump(value, { lineWidth: -1, noRefs: true });
