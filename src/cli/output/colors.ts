import picocolors from 'picocolors';
import type { Io, Output } from '../io.ts';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Colours for one output: on a terminal only, unless NO_COLOR (https://no-color.org) or FORCE_COLOR says otherwise. */
export const colorsFor = (output: Output, env: Io['env']): Colors =>
  picocolors.createColors(wantsColor(output, env));

function wantsColor({ isTTY }: Output, { NO_COLOR, FORCE_COLOR, TERM }: Io['env']): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTTY === true && TERM !== 'dumb';
}
