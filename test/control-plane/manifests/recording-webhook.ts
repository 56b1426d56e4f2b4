import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { answerReview, type Handler } from '../../../src/admission/answer.ts';
import type { Json } from '../../support/reviews.ts';
import { createAuthority, issueCertificate } from '../control-plane/certificates.ts';

/** One review, as it came. */
export interface Call {
  /** The webhook of the configuration that sent it, without its domain. */
  readonly webhook: string;
  readonly operation: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: string;
  readonly dryRun: boolean;
}

/** Stands where the Service would be, answers as the judges do, and keeps a record of who was asked what. */
export interface RecordingWebhook {
  readonly calls: readonly Call[];
  /** The same configuration, with this server in its clientConfigs: conditions, selectors, rules and policies as they are. */
  readonly redirect: (configuration: Json) => Json;
  /** Closes the connection of the next call of a webhook instead of answering it, as a replica does that is killed. */
  readonly breakOff: (webhook: string) => void;
  /** Refuses connections from now on, and closes those that are kept. */
  readonly stopListening: () => Promise<void>;
  readonly listenAgain: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A judge for each name of a webhook, without its domain. */
export async function startRecordingWebhook(
  judges: Readonly<Record<string, Handler>>,
): Promise<RecordingWebhook> {
  const directory = mkdtempSync(join(tmpdir(), 'recording-webhook-'));
  const authority = await createAuthority(directory);
  const own = await issueCertificate(directory, 'recording-webhook', authority, ['IP:127.0.0.1']);
  const caBundle = readFileSync(authority.certificate).toString('base64');
  const calls: Call[] = [];
  const toBreakOff = new Set<string>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const webhook = new URL(request.url ?? '', 'https://any').pathname.slice(1);
    const body = await buffer(request);
    calls.push(callOf(webhook, JSON.parse(body.toString()).request));
    if (toBreakOff.delete(webhook)) {
      request.socket.destroy();
      return;
    }
    const judge = judges[webhook];
    if (!judge) throw new Error(`no judge stands in for ${webhook}`);
    const { status, contentType, body: text } = answerReview(body, judge);
    response.writeHead(status, { 'content-type': contentType }).end(text);
  };
  const server = createServer(
    { cert: readFileSync(own.certificate), key: readFileSync(own.key) },
    (request, response) => {
      answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    },
  );
  // Longer than the 90 s for which the API server keeps an idle connection.
  server.keepAliveTimeout = 120_000;
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;

  return {
    calls,
    redirect: ({ webhooks, ...configuration }) => ({
      ...configuration,
      webhooks: webhooks.map((webhook: Json) => ({
        ...webhook,
        clientConfig: { url: `https://127.0.0.1:${port}/${shortened(webhook.name)}`, caBundle },
      })),
    }),
    breakOff: (webhook) => void toBreakOff.add(webhook),
    stopListening: () => stop(server),
    listenAgain: () => listen(server, port),
    close: async () => {
      if (server.listening) await stop(server);
      rmSync(directory, { recursive: true });
    },
  };
}

const shortened = (name: string): string => name.slice(0, name.indexOf('.'));

function callOf(webhook: string, request: Json): Call {
  const { operation, resource, subResource, namespace, name, userInfo, dryRun } = request;
  return {
    webhook,
    operation,
    resource: subResource ? `${resource.resource}/${subResource}` : resource.resource,
    namespace,
    name: name ?? '',
    user: userInfo.username,
    dryRun,
  };
}

async function listen(server: Server, port: number): Promise<void> {
  await once(server.listen(port, '127.0.0.1'), 'listening');
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await once(server.close(), 'close');
}
