/** A cause in the details of a Status. */
interface StatusCause {
  readonly field: string;
  readonly message: string;
}

/** The messages with exactly the content of the causes, as lines or as paragraphs. */
export const messagesOf = (causes: readonly StatusCause[]): readonly string[] =>
  ['\n', '\n\n'].map((separator) => causes.map(textOf).join(separator));

/** The field, then the position in parentheses. */
function textOf({ field, message }: StatusCause): string {
  const place = /^line \d+, column \d+/.exec(message)?.[0];
  return place === undefined ? message : `${field} (${place})${message.slice(place.length)}`;
}
