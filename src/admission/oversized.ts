/**
 * The uid of a review of which only the beginning was read. The API server writes kind and apiVersion first, and the
 * uid as the first field of the request (k8s.io/api, admission/v1/types.go); written otherwise, it is not looked for.
 */
export function uidAtBeginning(beginning: Uint8Array): string | undefined {
  // Not fatal: the beginning may end within a character.
  const match = BEGINNING.exec(new TextDecoder().decode(beginning));
  try {
    return match?.[1] === undefined ? undefined : String(JSON.parse(match[1]));
  } catch {
    return undefined;
  }
}

const BEGINNING =
  /^\s*\{(?:\s*"kind"\s*:\s*"AdmissionReview"\s*,|\s*"apiVersion"\s*:\s*"admission\.k8s\.io\/v1"\s*,){2}\s*"request"\s*:\s*\{\s*"uid"\s*:\s*("(?:[^"\\]|\\.)+")/;
