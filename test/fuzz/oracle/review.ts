import { isAbsent, isObject, isTextOrAbsent, type Json } from './json.ts';

/** Whether a value is an AdmissionReview of v1 with a request and a uid. */
export function isReview(review: Json): boolean {
  if (!isObject(review)) return false;
  const { kind, apiVersion, request } = review;
  if (kind !== 'AdmissionReview' || apiVersion !== 'admission.k8s.io/v1' || !isObject(request)) return false;
  return (
    typeof request.uid === 'string' &&
    request.uid !== '' &&
    ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'].includes(request.operation) &&
    isObject(request.kind) &&
    typeof request.kind.kind === 'string' &&
    isTextOrAbsent(request.kind.group) &&
    isObject(request.resource) &&
    typeof request.resource.resource === 'string' &&
    isTextOrAbsent(request.resource.group) &&
    isTextOrAbsent(request.subResource) &&
    isTextOrAbsent(request.namespace) &&
    isTextOrAbsent(request.name) &&
    (isAbsent(request.userInfo) ||
      (isObject(request.userInfo) && isTextOrAbsent(request.userInfo.username))) &&
    (isAbsent(request.dryRun) || typeof request.dryRun === 'boolean')
  );
}

/** A map of strings: labels, annotations, the data of a ConfigMap. */
export const areTextsOrAbsent = (map: Json): boolean =>
  isAbsent(map) || (isObject(map) && Object.values(map).every((value) => typeof value === 'string'));

export const isMetadata = (metadata: Json): boolean =>
  isObject(metadata) &&
  isTextOrAbsent(metadata.name) &&
  isTextOrAbsent(metadata.namespace) &&
  areTextsOrAbsent(metadata.labels) &&
  areTextsOrAbsent(metadata.annotations);
