import type { Scalar } from './tree.ts';

/**
 * The types of unquoted scalars in YAML 1.1 as PyYAML reads it, and in the core schema of YAML 1.2. Every other scalar is a
 * string to all readers.
 */
const BARE: Readonly<Record<string, readonly [yaml11: string, yaml12: string]>> = {
  '': ['null', 'null'],
  '~': ['null', 'null'],
  null: ['null', 'null'],
  Null: ['null', 'null'],
  true: ['true', 'true'],
  False: ['false', 'false'],
  '8000': ['8000', '8000'],
  '-1': ['-1', '-1'],
  '0': ['0', '0'],
  '3.9': ['3.9', '3.9'],
  '3.10': ['3.1', '3.1'],
  '0x1f': ['31', '31'],
  '.inf': ['infinity', 'infinity'],
  on: ['true', 'string'],
  no: ['false', 'string'],
  Off: ['false', 'string'],
  '017': ['15', '17'],
  '08': ['string', '8'],
  '0o17': ['string', '15'],
  '1_0': ['10', 'string'],
  '0b11': ['3', 'string'],
  '12:30': ['750', 'string'],
  '1e3': ['string', '1000'],
  '1.5e3': ['string', '1500'],
  '.nan': ['not a number', 'not a number either, and unequal to it'],
  '2027-03-01': ['date', 'string'],
  '2027-02-30': ['no date, which raises', 'string'],
  '=': ['default value', 'string'],
  '<<': ['merge key', 'string'],
  '9007199254740993': ['exact', 'rounded'],
};

export const bareScalars = Object.keys(BARE);

const readings = ({ text, bare }: Scalar): readonly [string, string] =>
  (bare && Object.hasOwn(BARE, text) ? BARE[text] : undefined) ?? ['string', 'string'];

/** Whether two readers disagree on the type. */
export function isReadDifferently(scalar: Scalar): boolean {
  const [yaml11, yaml12] = readings(scalar);
  return yaml11 !== yaml12;
}

/** By the consumers' reader. */
export const isNull = (scalar: Scalar): boolean => readings(scalar)[0] === 'null';
export const isText = (scalar: Scalar): boolean => readings(scalar)[0] === 'string';

export const isMerge = ({ text, bare }: Scalar): boolean => bare && text === '<<';

/** A text that is equal for two keys that are one key to the consumers' reader: in Python `1` and `true` are equal. */
export function asKey(scalar: Scalar): string {
  const [yaml11] = readings(scalar);
  if (yaml11 === 'string') return `text ${scalar.text}`;
  return { true: '1', false: '0' }[yaml11] ?? yaml11;
}
