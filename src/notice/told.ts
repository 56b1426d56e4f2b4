/** A tool that was notified of an image. */
export interface ToldNotice {
  readonly tool: string;
  readonly image: string;
  /** The removal date of the image then, YYYY-MM-DD. */
  readonly removal: string | null;
  /** Days before the removal; null for a notice without `--step`. */
  readonly step: number | null;
}

/** A text that is no list of earlier notices. The message is for the user who named the file. */
export class BadTold extends Error {
  override readonly name = 'BadTold';
}

/** Reads `told` of an earlier `notice --to json`. Throws `BadTold` for any other text. Unknown fields are ignored. */
export function decodeTold(text: string): ToldNotice[] {
  const told = fieldsOf(parsed(text))?.told;
  if (!Array.isArray(told)) throw new BadTold('it has no list "told"; save the output of notice --to json');
  return told.map(toldIn);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadTold('it is no JSON; save the output of notice --to json', { cause });
  }
}

function toldIn(value: unknown, index: number): ToldNotice {
  const { tool, image, removal, step } = fieldsOf(value) ?? {};
  if (
    typeof tool !== 'string' ||
    typeof image !== 'string' ||
    !(removal === null || typeof removal === 'string') ||
    !(step === null || typeof step === 'number')
  )
    throw new BadTold(`told[${index}] should have "tool", "image", "removal" and "step"`);
  return { tool, image, removal, step };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;

/**
 * Whether an earlier notice makes this one superfluous: the same tool, image and removal date, at the same step or a later
 * one. A new date is news, and so is a step that comes nearer.
 */
export const coveredBy = (notice: ToldNotice, told: readonly ToldNotice[]): boolean =>
  told.some(
    ({ tool, image, removal, step }) =>
      tool === notice.tool &&
      image === notice.image &&
      removal === notice.removal &&
      daysOf(step) <= daysOf(notice.step),
  );

const daysOf = (step: number | null): number => step ?? Number.POSITIVE_INFINITY;
