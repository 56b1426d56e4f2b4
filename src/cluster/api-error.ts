/** The API server answered, and not with what was asked for. The message is its own. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What an answer other than 2xx comes to. Its body is a Status object, or anything at all where a proxy answered. */
export function apiError(status: number, body: string): ApiError {
  return new ApiError(status, (messageIn(body) ?? `HTTP ${status}: ${body.trim()}`).slice(0, MESSAGE));
}

/** Longer ones repeat themselves: they go into log lines. */
const MESSAGE = 1_000;

function messageIn(body: string): string | undefined {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === 'string' && message !== '' ? message : undefined;
  } catch {
    return undefined;
  }
}

const hasStatus = (error: unknown, ...statuses: readonly number[]): boolean =>
  error instanceof ApiError && statuses.includes(error.status);

export const isNotFound = (error: unknown): boolean => hasStatus(error, 404);

/** Somebody else was faster: the object is there already, or is no longer the one that was read. */
export const isConflict = (error: unknown): boolean => hasStatus(error, 409);

/** What a list or a watch asked to go on from has been compacted away. */
export const isGone = (error: unknown): boolean => hasStatus(error, 410);

/** An answer, but to somebody else: the token is not known, or RBAC does not allow it. */
export const isRefused = (error: unknown): boolean => hasStatus(error, 401, 403);
