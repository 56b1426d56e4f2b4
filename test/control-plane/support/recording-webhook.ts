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
import type { AttachedControlPlane } from '../control-plane.ts';
import { apiOf, until } from './api.ts';

/** One review that the API server sent. */
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

/** Takes the place of the Service, answers by handlers, and records the calls of the API server. */
export interface RecordingWebhook {
  readonly calls: readonly Call[];
  /** The same configuration with this server in its clientConfigs; it keeps conditions, selectors, rules and policies. */
  readonly redirect: (configuration: Json) => Json;
  /** Closes the connection of the next call to a webhook instead of answering it, as when a replica is killed. */
  readonly breakOff: (webhook: string) => void;
  /** Refuses connections from now on, and closes the kept-alive ones. */
  readonly stopListening: () => Promise<void>;
  readonly listenAgain: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** `handlers`: by the names of the webhooks, without their domain. */
export async function startRecordingWebhook(
  handlers: Readonly<Record<string, Handler>>,
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
    const handler = handlers[webhook];
    if (!handler) throw new Error(`there is no handler for ${webhook}`);
    const { status, contentType, body: text } = answerReview(body, handler);
    response.writeHead(status, { 'content-type': contentType }).end(text);
  };
  const server = createServer(
    { cert: readFileSync(own.certificate), key: readFileSync(own.key) },
    (request, response) => {
      answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    },
  );
  // Longer than the 90 s for which the API server keeps an idle connection: otherwise some calls would meet a closed one.
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

/** A configured webhook of another program; disposing removes the configuration. */
export interface OtherWebhook extends AsyncDisposable {
  readonly calls: readonly Call[];
}

interface OtherWebhookOptions {
  /** The collection of its configuration: mutating or validating. */
  readonly path: string;
  /** Of the configuration; the API server calls mutating webhooks in the order of these names. */
  readonly name: string;
  /** Its rules, and anything else that differs from the usual. */
  readonly webhook: Json;
  readonly handler: Handler;
  /** A request that leads to a call, repeated until the API server knows the configuration. */
  readonly probe: () => Promise<unknown>;
}

/** Configures another webhook beside ours, and waits until the API server calls it. */
export async function configureWebhook(
  controlPlane: AttachedControlPlane,
  { path, name, webhook, handler, probe }: OtherWebhookOptions,
): Promise<OtherWebhook> {
  const api = apiOf(controlPlane);
  const whole = {
    name: 'other.example.org',
    failurePolicy: 'Fail',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    ...webhook,
  };
  const server = await startRecordingWebhook({ [shortened(whole.name)]: handler });
  const remove = async (): Promise<void> => {
    await controlPlane.request(`${path}/${name}`, { method: 'DELETE' });
    await server.close();
  };
  try {
    await api.create(path, server.redirect({ metadata: { name }, webhooks: [whole] }));
    await until(async () => {
      await probe();
      return server.calls.length > 0;
    }, `the API server to call ${name}`);
  } catch (error) {
    await remove();
    throw error;
  }
  return { calls: server.calls, [Symbol.asyncDispose]: remove };
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
