import { createHash } from 'node:crypto';
import { buildSiteModel, type SiteInput } from './model.ts';
import { apiRoutes, type Found, type SiteRoute } from './routes.ts';

export interface SiteRequest {
  readonly method: string;
  /** The request target: a path, and a query perhaps. */
  readonly target: string;
  /** The header If-None-Match. */
  readonly ifNoneMatch?: string | undefined;
}

export interface SiteAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a HEAD request, too: the server sends its length alone. */
  readonly body: string;
}

export type AnswerSite = (request: SiteRequest) => SiteAnswer;

/** Answers requests from one state of the site; `undefined` before there is one. */
export function siteFrom(input: SiteInput | undefined): AnswerSite {
  const model = input && buildSiteModel(input);
  return ({ method, target, ifNoneMatch }) => {
    if (method !== 'GET' && method !== 'HEAD')
      return problem(405, 'method not allowed', 'use GET or HEAD', { Allow: 'GET, HEAD' });
    const matched = match(target);
    if (!matched)
      return problem(404, 'not found', 'there is nothing at this path; /openapi.json lists the paths');
    if (!model)
      return problem(503, 'no catalog', 'there is no valid catalog yet; try again later', {
        'Retry-After': '5',
      });
    return answerTo(matched.route.find(model, matched.parameter), ifNoneMatch);
  };
}

interface Matched {
  readonly route: SiteRoute;
  readonly parameter: string;
}

function match(target: string): Matched | undefined {
  const [path = ''] = target.split('?', 1);
  for (const route of apiRoutes) {
    const [before = '', after] = route.path.split(/\{\w+\}/);
    if (after === undefined) {
      if (path === route.path) return { route, parameter: '' };
      continue;
    }
    if (path.length <= before.length + after.length || !path.startsWith(before) || !path.endsWith(after))
      continue;
    const segment = path.slice(before.length, path.length - after.length);
    const parameter = segment.includes('/') ? undefined : decoded(segment);
    if (parameter !== undefined) return { route, parameter };
  }
  return undefined;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function answerTo(found: Found, ifNoneMatch: string | undefined): SiteAnswer {
  if (found.kind === 'missing') return problem(404, 'not found', found.detail);
  const etag = `"${createHash('sha256').update(found.text).digest('base64url').slice(0, 22)}"`;
  const headers = { ...everyAnswer, ETag: etag };
  if (listsTag(ifNoneMatch, etag)) return { status: 304, headers, body: '' };
  return { status: 200, headers: { ...headers, 'Content-Type': found.type }, body: found.text };
}

/** Compares weakly, as RFC 9110 (13.1.2) says: proxies that compress weaken a tag. */
const listsTag = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etag) ?? false;

const everyAnswer = {
  'Cache-Control': 'public, max-age=30',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const;

/** A problem as in RFC 9457. */
function problem(
  status: number,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): SiteAnswer {
  return {
    status,
    headers: {
      ...everyAnswer,
      'Cache-Control': 'no-store',
      'Content-Type': 'application/problem+json',
      ...headers,
    },
    body: `${JSON.stringify({ title, status, detail })}\n`,
  };
}
