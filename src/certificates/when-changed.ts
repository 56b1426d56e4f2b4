/**
 * Caches the last result of a function, which runs again only when its input has changed. Certificates are checked every few
 * seconds, parsing and verifying them takes milliseconds, and the same bytes give the same result. The input is plain data.
 */
export function whenChanged<Input, Result>(read: (input: Input) => Result): (input: Input) => Result {
  let last: { readonly input: string; readonly result: Result } | undefined;
  return (input) => {
    const text = JSON.stringify(input);
    if (last?.input !== text) last = { input: text, result: read(input) };
    return last.result;
  };
}
