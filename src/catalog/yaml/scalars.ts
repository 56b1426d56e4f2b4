/**
 * How the two dialects read a plain scalar. The consumers use PyYAML, which follows the YAML 1.1 types
 * (https://yaml.org/type/) with its own edges: `y` is a string, an exponent needs a sign, `08` is a string.
 * Editors, Go programs and people mostly think in the YAML 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema).
 */
type ScalarType =
  | 'string'
  | 'null'
  | 'boolean'
  | 'integer'
  | 'float'
  | 'date'
  | 'merge key'
  | 'default value';

export interface Reading {
  readonly type: ScalarType;
  /** The value where it matters for comparing readings and keys; numbers that JavaScript can't hold are NaN. */
  readonly value: string | number | boolean | null;
}

const NULL = /^(?:~|null|Null|NULL|)$/;

const BOOLEAN_11 = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const TRUE_11 = /^(?:yes|true|on)$/i;
const INTEGER_11 =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT_11 =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const DATE_11 =
  /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)$/;

const BOOLEAN_12 = /^(?:true|True|TRUE|false|False|FALSE)$/;
const INTEGER_12 = /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/;
const FLOAT_12 =
  /^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** A plain scalar that is no string in either dialect starts with one of these characters. */
const MAYBE_TYPED = /^[-+.0-9~=<nNtTfFyYoO]/;

const string = (text: string): Reading => ({ type: 'string', value: text });
const NOTHING: Reading = { type: 'null', value: null };

/** Reads a plain scalar as PyYAML's safe_load does. */
export function readYaml11(text: string): Reading {
  if (NULL.test(text)) return NOTHING;
  if (!MAYBE_TYPED.test(text)) return string(text);
  if (BOOLEAN_11.test(text)) return { type: 'boolean', value: TRUE_11.test(text) };
  if (text === '<<') return { type: 'merge key', value: text };
  if (text === '=') return { type: 'default value', value: text };
  if (INTEGER_11.test(text)) return { type: 'integer', value: integer11(text) };
  if (FLOAT_11.test(text)) return { type: 'float', value: float11(text) };
  if (DATE_11.test(text)) return { type: 'date', value: text };
  return string(text);
}

/** Reads a plain scalar as a reader of the YAML 1.2 core schema does. */
export function readYaml12(text: string): Reading {
  if (NULL.test(text)) return NOTHING;
  if (!MAYBE_TYPED.test(text)) return string(text);
  if (BOOLEAN_12.test(text)) return { type: 'boolean', value: /^t/i.test(text) };
  if (INTEGER_12.test(text)) return { type: 'integer', value: exact(Number(text)) };
  if (FLOAT_12.test(text)) return { type: 'float', value: float(text) };
  return string(text);
}

/** The reading of a plain scalar in both dialects; undefined if they differ. */
export function readAlike(text: string): Reading | undefined {
  const consumers = readYaml11(text);
  const others = readYaml12(text);
  const alike = consumers.type === others.type && Object.is(consumers.value, others.value);
  return alike && !Number.isNaN(consumers.value) ? consumers : undefined;
}

function integer11(text: string): number {
  const digits = text.replace(/_/g, '');
  const sign = digits.startsWith('-') ? -1 : 1;
  const bare = digits.replace(/^[-+]/, '');
  if (bare.includes(':')) return exact(sign * sexagesimal(bare));
  if (/^0[0-7]+$/.test(bare)) return exact(sign * Number.parseInt(bare, 8));
  return exact(sign * Number(bare));
}

function float11(text: string): number {
  const digits = text.replace(/_/g, '');
  if (!digits.includes(':')) return float(digits);
  const bare = digits.replace(/^[-+]/, '');
  return (digits.startsWith('-') ? -1 : 1) * sexagesimal(bare);
}

function float(text: string): number {
  if (/nan$/i.test(text)) return Number.NaN;
  if (/inf$/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(text);
  // PyYAML reads 1.5e+800 as infinity, other readers as a string, so it counts as no number.
  return Number.isFinite(value) ? value : Number.NaN;
}

/** Adds from the right, as `construct_yaml_float` does: the order matters in floating point. */
const sexagesimal = (text: string): number =>
  text
    .split(':')
    .reduceRight(({ sum, base }, digits) => ({ sum: sum + Number(digits) * base, base: base * 60 }), {
      sum: 0,
      base: 1,
    }).sum;

/** Readers hold integers of different sizes and disagree beyond 2^53, so larger ones count as no number. */
const exact = (value: number): number => (Number.isSafeInteger(value) ? value + 0 : Number.NaN);
