import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Express } from 'express';
import { type Answerer, admissionRoute, type Route, type RouteContext } from './admission-route.ts';
import { isReadToEnd, readBody } from './body.ts';

/** By webhook path. */
export type Answerers = Readonly<Record<string, Answerer>>;

/**
 * Dispatches requests by path: reviews to their answerer, all others to the express application. A query, such as the API
 * server's `?timeout=5s`, is ignored.
 */
export function routeRequests(answerers: Answerers, others: Express, context: RouteContext): RequestListener {
  const routes = new Map(
    Object.entries(answerers).map(([path, answerer]) => [path, admissionRoute(path, answerer, context)]),
  );
  const other = otherPaths(others, context);
  return (request, response) => {
    const route = routes.get(pathOf(request.url ?? '')) ?? other;
    void handle(route, request, response, context);
  };
}

async function handle(
  route: Route,
  request: IncomingMessage,
  response: ServerResponse,
  context: RouteContext,
) {
  context.lifecycle.requestBegun();
  try {
    await route(request, response);
  } catch (error) {
    // No known error gets here. An unknown one ends only its own connection.
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

/** Reads and discards the body first, by the same rules as that of a review. */
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
