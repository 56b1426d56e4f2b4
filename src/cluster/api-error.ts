/** A response of the API server other than 2xx. The message is the API server's. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly details: StatusDetails;

  constructor(status: number, message: string, details: StatusDetails = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

/** The fields of `details` in a meta/v1 Status that this program reads. */
interface StatusDetails {
  /** The plural of the resource, such as namespaces. */
  readonly kind?: string;
  readonly causes?: readonly { readonly reason?: string }[];
}

/** The error for a response other than 2xx. The body is a Status object, or any text if a proxy has answered. */
export function apiError(status: number, body: string): ApiError {
  const { message, details } = statusIn(body);
  const words = typeof message === 'string' && message !== '' ? message : `HTTP ${status}: ${body.trim()}`;
  return new ApiError(status, words.slice(0, MAX_MESSAGE_LENGTH), details ?? {});
}

/** Characters. Messages appear in log lines. */
const MAX_MESSAGE_LENGTH = 1_000;

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

/** The object already exists, or has changed since it was read. */
export const isConflict = (error: unknown): boolean => hasStatus(error, 409);

/** The object has changed or was deleted since it was read. */
export const isStale = (error: unknown): boolean => isConflict(error) || isNotFound(error);

/** The resource version or continue token of a list or watch has expired. */
export const isGone = (error: unknown): boolean => hasStatus(error, 410);

/** The token is unknown, or RBAC does not allow the request. */
export const isForbiddenOrUnauthorized = (error: unknown): boolean => hasStatus(error, 401, 403);

/** The namespace is being deleted, or is gone: the object cannot be created, now or later. */
export const isNamespaceGone = (error: unknown): boolean =>
  error instanceof ApiError &&
  ((error.status === 404 && error.details.kind === 'namespaces') ||
    (error.status === 403 &&
      error.details.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true));

/** The result of a call; undefined if it fails with an error of this kind. */
export async function undefinedIf<Result>(
  isExpected: (error: unknown) => boolean,
  call: Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isExpected(error)) return undefined;
    throw error;
  }
}
