import { jsonText } from '../json.ts';
import { acceptsGzip } from './encoding.ts';
import { etagOf, listsTag } from './etag.ts';
import { servedLinks } from './links.ts';
import { locate } from './locate.ts';
import { buildSiteModel, type SiteInput } from './model.ts';
import { pagePolicy } from './pages/document.ts';
import { type Found, notFound } from './routes.ts';

export interface SiteRequest {
  readonly method: string;
  /** The request target: a path and an optional query. */
  readonly target: string;
  /** The header If-None-Match. */
  readonly ifNoneMatch?: string | undefined;
  /** The header Accept-Encoding. */
  readonly acceptEncoding?: string | undefined;
}

export interface SiteAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The text before the Content-Encoding, which the server applies. Also set for a HEAD request. */
  readonly body: string;
}

export type AnswerSite = (request: SiteRequest) => SiteAnswer;

/**
 * Answers requests from one state of the site; `undefined` before there is one. Answers of a few fixed addresses are cached,
 * and are the same object each time; answers to searches, and of addresses with a name in them, are made for each request.
 */
export function siteFrom(input: SiteInput | undefined): AnswerSite {
  const model = input && buildSiteModel(input);
  const kept = new Map<string, Content>();
  let room = MOST_KEPT;
  return (request) => {
    const { method, target } = request;
    if (method !== 'GET' && method !== 'HEAD')
      return problem(405, 'method not allowed', 'use GET or HEAD', { Allow: 'GET, HEAD' });
    const { path, query, isApi, matched } = locate(target);
    if (!model) return isApi ? noCatalog : noCatalogPage;
    const links = servedLinks(path);
    const key = matched?.route.keep?.(query);
    const keptAs = key === undefined ? undefined : `${path} ${key}`;
    const before = keptAs === undefined ? undefined : kept.get(keptAs);
    if (before) return encodedFor(request, before);

    const found = matched
      ? matched.route.find(model, { parameter: matched.parameter, query, path, links })
      : ({ kind: 'missing', detail: NOTHING } as const);
    switch (found.kind) {
      case 'content': {
        const content = contentOf(found);
        if (keptAs !== undefined && found.text.length <= room) {
          room -= found.text.length;
          kept.set(keptAs, content);
        }
        return encodedFor(request, content);
      }
      case 'moved':
        return { status: 308, headers: { ...everyAnswer, Location: found.location }, body: '' };
      case 'missing':
        return isApi
          ? problem(404, 'not found', found.detail)
          : {
              status: 404,
              headers: { ...unkept, ...HTML },
              body: notFound(model, links, 'image' in found ? found.image : undefined),
            };
    }
  };
}

const NOTHING = 'there is nothing at this path; /openapi.json lists the paths';

/** Characters of all cached texts. With their compressed forms they take less than 64 MiB. */
const MOST_KEPT = 16 * 1024 * 1024;

/** The same content in each encoding. */
interface Content {
  readonly plain: SiteAnswer;
  readonly gzip: SiteAnswer;
}

function contentOf({ type, text }: Extract<Found, { kind: 'content' }>): Content {
  const etag = etagOf(text);
  const headers = { ...everyAnswer, Vary: 'Accept-Encoding', ETag: etag, 'Content-Type': type };
  return {
    plain: { status: 200, headers, body: text },
    gzip: {
      status: 200,
      headers: { ...headers, ETag: etag.replace(/"$/, '-gzip"'), 'Content-Encoding': 'gzip' },
      body: text,
    },
  };
}

/** In characters: a smaller text is one packet of the network either way. */
const SMALLEST_COMPRESSED = 1_024;

function encodedFor({ acceptEncoding, ifNoneMatch }: SiteRequest, { plain, gzip }: Content): SiteAnswer {
  const compressed = plain.body.length >= SMALLEST_COMPRESSED && acceptsGzip(acceptEncoding);
  const answer = compressed ? gzip : plain;
  const { ETag: etag = '', Vary = '' } = answer.headers;
  return listsTag(ifNoneMatch, etag)
    ? { status: 304, headers: { ...everyAnswer, Vary, ETag: etag }, body: '' }
    : answer;
}

const everyAnswer = {
  'Cache-Control': 'public, max-age=30',
  'Content-Security-Policy': `${pagePolicy}; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const;

const unkept = { ...everyAnswer, 'Cache-Control': 'no-store' } as const;

const HTML = { 'Content-Type': 'text/html; charset=utf-8' } as const;

/** An error in the format of RFC 9457. */
const problem = (
  status: number,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): SiteAnswer => ({
  status,
  headers: { ...unkept, 'Content-Type': 'application/problem+json', ...headers },
  body: jsonText({ title, status, detail }),
});

const RETRY = { 'Retry-After': '5' } as const;

const noCatalog = problem(503, 'no catalog', 'there is no valid catalog yet; try again later', RETRY);

const noCatalogPage: SiteAnswer = {
  status: 503,
  headers: { ...unkept, 'Content-Type': 'text/plain', ...RETRY },
  body: 'There is no valid catalog yet. Try again later.\n',
};
