/**
 * Whether a client accepts gzip, by its header Accept-Encoding (RFC 9110, 12.5.3). Without a header a client accepts
 * everything; scripts that send none seldom decode anything, so they get text.
 */
export function acceptsGzip(header: string | undefined): boolean {
  const weights = new Map(
    header?.split(',', MOST_CODINGS).map((coding) => {
      const [name = '', weight] = coding.toLowerCase().replace(/\s/g, '').split(';q=');
      return [name, weight === undefined ? 1 : Number(weight)] as const;
    }),
  );
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0;
}

/** Browsers send five. */
const MOST_CODINGS = 20;
