/** A cause of a Status, as a client gets it. */
interface SaidCause {
  readonly field: string;
  readonly message: string;
}

/** The messages that say what the causes say, and no more: in lines or in paragraphs. */
export const messagesOf = (causes: readonly SaidCause[]): readonly string[] =>
  ['\n', '\n\n'].map((separator) => causes.map(inWords).join(separator));

/** A place stands behind its field. */
function inWords({ field, message }: SaidCause): string {
  const place = /^line \d+, column \d+/.exec(message)?.[0];
  return place === undefined ? message : `${field} (${place})${message.slice(place.length)}`;
}
