import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Express } from 'express';
import { type Answerer, admissionRoute, type Route, type RouteContext } from './admission-route.ts';
import { isReadToEnd, readBody } from './body.ts';

/** The webhook paths, and what answers them. */
export type Answerers = Readonly<Record<string, Answerer>>;

/** Reviews are answered here, all `others` by express. A query, such as the API server's `?timeout=5s`, is ignored. */
export function createListener(
  answerers: Answerers,
  others: Express,
  context: RouteContext,
): RequestListener {
  const routes = new Map(
    Object.entries(answerers).map(([path, answerer]) => [path, admissionRoute(path, answerer, context)]),
  );
  const other = otherPaths(others, context);
  return (request, response) => {
    const route = routes.get(pathOf(request.url ?? '')) ?? other;
    void handled(route, request, response, context);
  };
}

async function handled(
  route: Route,
  request: IncomingMessage,
  response: ServerResponse,
  context: RouteContext,
) {
  context.lifecycle.requestBegun();
  try {
    await route(request, response);
  } catch (error) {
    // Nothing is known to come here; whatever does ends its own connection and no other.
    context.log.error({ err: error }, 'request failed');
    response.destroy();
  } finally {
    context.lifecycle.requestEnded();
  }
}

const pathOf = (url: string): string => {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
};

/** What was sent along is read and thrown away first, within the same rules as a review. */
function otherPaths(app: Express, { rules, budget, lifecycle }: RouteContext): Route {
  return async (request, response) => {
    const body = await readBody(request, { ...rules, limit: 0 }, budget);
    if (body.kind === 'aborted') {
      response.destroy();
      return;
    }
    if (!isReadToEnd(body) || lifecycle.draining) response.setHeader('Connection', 'close');
    app(request, response);
  };
}
