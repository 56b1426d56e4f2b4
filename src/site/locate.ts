import { apiRoutes, pageRoutes, type SiteRoute } from './routes.ts';

/** A request target in its parts. */
export interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Whether the path is one of the API, whose errors are JSON. */
  readonly isApi: boolean;
  /** Absent when there is nothing at this path. */
  readonly matched?: {
    readonly route: SiteRoute;
    /** The decoded segment that `{…}` stands for. */
    readonly parameter: string;
  };
}

/** The paths of the API, which programs use; people use all others. */
const API = /^\/(?:api\/|v1\/|openapi\.json$)/;

/** Finds the route of a request target. */
export function locate(target: string): Target {
  // The absolute form is for proxies, and servers accept it, too (RFC 9112, 3.2.2). Its host is not used.
  const relative = target.replace(/^https?:\/\/[^/?]*\/?/i, '/');
  const mark = relative.indexOf('?');
  const path = mark < 0 ? relative : relative.slice(0, mark);
  const query = mark < 0 ? '' : relative.slice(mark + 1);
  const isApi = API.test(path);
  const matched = match(path, isApi ? apiRoutes : pageRoutes);
  return { path, query: new URLSearchParams(query), isApi, ...(matched && { matched }) };
}

function match(path: string, routes: readonly SiteRoute[]): Target['matched'] | undefined {
  for (const route of routes) {
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
