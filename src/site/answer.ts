import { jsonText } from '../json.ts';
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
}

export interface SiteAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Also set for a HEAD request, of which the server sends only the length. */
  readonly body: string;
}

export type AnswerSite = (request: SiteRequest) => SiteAnswer;

/**
 * Answers requests from one state of the site; `undefined` before there is one. Answers of a few fixed addresses are cached;
 * answers to searches, and of addresses with a name in them, are made for each request.
 */
export function siteFrom(input: SiteInput | undefined): AnswerSite {
  const model = input && buildSiteModel(input);
  const kept = new Map<string, Content>();
  return ({ method, target, ifNoneMatch }) => {
    if (method !== 'GET' && method !== 'HEAD')
      return problem(405, 'method not allowed', 'use GET or HEAD', { Allow: 'GET, HEAD' });
    const { path, query, isApi, matched } = locate(target);
    if (!model) return isApi ? noCatalog : noCatalogPage;
    const links = servedLinks(path);
    const key = matched?.route.keep?.(query);
    const keptAs = key === undefined ? undefined : `${path} ${key}`;
    const before = keptAs === undefined ? undefined : kept.get(keptAs);
    if (before) return withContent(before, ifNoneMatch);

    const found = matched
      ? matched.route.find(model, { parameter: matched.parameter, query, path, links })
      : ({ kind: 'missing', detail: NOTHING } as const);
    switch (found.kind) {
      case 'content': {
        const content = tagged(found);
        if (keptAs !== undefined) kept.set(keptAs, content);
        return withContent(content, ifNoneMatch);
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

interface Content {
  readonly type: string;
  readonly text: string;
  readonly etag: string;
}

const tagged = ({ type, text }: Extract<Found, { kind: 'content' }>): Content => ({
  type,
  text,
  etag: etagOf(text),
});

function withContent({ type, text, etag }: Content, ifNoneMatch: string | undefined): SiteAnswer {
  const headers = { ...everyAnswer, ETag: etag };
  if (listsTag(ifNoneMatch, etag)) return { status: 304, headers, body: '' };
  return { status: 200, headers: { ...headers, 'Content-Type': type }, body: text };
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
