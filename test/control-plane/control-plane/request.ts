import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { type Site, siteUrl } from './site.ts';

export interface ApiRequest {
  readonly method?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly token?: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly body: string;
}

/** One call to the API server, as the admin unless another token is given; on a new connection, since a restart breaks kept ones. */
export function requestApi(site: Site, path: string, options: ApiRequest = {}): Promise<ApiResponse> {
  const { method = 'GET', body, contentType = 'application/json', token = site.adminToken } = options;
  return new Promise((resolve, reject) => {
    const call = httpsRequest(new URL(path, siteUrl(site)), {
      method,
      agent: false,
      ca: Buffer.from(site.caData, 'base64'),
      headers: { authorization: `Bearer ${token}`, 'content-type': contentType },
    });
    call.on('error', reject);
    call.on('response', (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
    });
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
