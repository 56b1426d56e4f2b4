/**
 * Go's encoding/json, which the API server reads and writes with, gives up here (scanner.go, maxNestingDepth). V8 reads
 * on: at two seconds and hundreds of megabytes for eight of brackets.
 */
export const MAX_DEPTH = 10_000;

/** Whether JSON text is nested deeper than any API server writes it. */
export function isTooDeep(json: string): boolean {
  // Real reviews never get past here, and it costs them next to nothing: counting hops from bracket to bracket.
  if (count(json, '{') + count(json, '[') <= MAX_DEPTH) return false;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      if (++depth > MAX_DEPTH) return true;
    } else if (character === '}' || character === ']') depth--;
  }
  return false;
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0 && found <= MAX_DEPTH; at = text.indexOf(character, at + 1))
    found++;
  return found;
}
