/** The API server answered, and not with what was asked for. The message is its own. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** What its message is about, for programs. */
  readonly details: StatusDetails;

  constructor(status: number, message: string, details: StatusDetails = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

/** Of a Status of meta/v1, what is looked at. */
interface StatusDetails {
  /** The plural, such as namespaces. */
  readonly kind?: string;
  readonly causes?: readonly { readonly reason?: string }[];
}

/** What an answer other than 2xx comes to. Its body is a Status object, or anything at all where a proxy answered. */
export function apiError(status: number, body: string): ApiError {
  const { message, details } = statusIn(body);
  const words = typeof message === 'string' && message !== '' ? message : `HTTP ${status}: ${body.trim()}`;
  return new ApiError(status, words.slice(0, MESSAGE), details ?? {});
}

/** Longer ones repeat themselves: they go into log lines. */
const MESSAGE = 1_000;

interface Status {
  readonly message?: unknown;
  readonly details?: StatusDetails | null;
}

function statusIn(body: string): Status {
  try {
    return (JSON.parse(body) as Status | null) ?? {};
  } catch {
    return {};
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
export const isForbiddenOrUnauthorized = (error: unknown): boolean => hasStatus(error, 401, 403);

/** Nothing can be made in its namespace any more: that is being deleted, or is gone. Trying again leads nowhere. */
export const isNamespaceGone = (error: unknown): boolean =>
  error instanceof ApiError &&
  ((error.status === 404 && error.details.kind === 'namespaces') ||
    (error.status === 403 &&
      error.details.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true));
