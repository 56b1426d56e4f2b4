// The reviews that the load sends.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const REVIEW_DIR = 'test/fixtures/reviews';

/** @typedef {(sent: number) => Buffer} Bodies the body of the review with this number */

export function recordedPodReviews() {
  return readdirSync(REVIEW_DIR)
    .map((file) => readFileSync(join(REVIEW_DIR, file)))
    .filter((body) => JSON.parse(body.toString()).request.kind.kind === 'Pod')
    .map((body) => Buffer.from(JSON.stringify(JSON.parse(body.toString()))));
}

/**
 * @param {readonly Buffer[]} bodies
 * @returns {Bodies}
 */
export const inTurn = (bodies) => (sent) => bodies[sent % bodies.length] ?? Buffer.of();

/** As long as the numbers that replace it. */
const MARK = '0123456789';

/**
 * The same reviews with a uid, Pod, tool and containers that no other has, so that nothing can be remembered.
 *
 * @param {readonly Buffer[]} bodies
 * @returns {Bodies}
 */
export function neverRepeating(bodies) {
  const templates = bodies.map((body) => {
    const text = JSON.stringify(renamed(JSON.parse(body.toString())));
    const marks = Array.from(text.matchAll(new RegExp(MARK, 'g')), ({ index }) => index);
    return { bytes: Buffer.from(text), marks };
  });
  let count = 0;
  return () => {
    const { bytes, marks } = templates[count % templates.length] ?? { bytes: Buffer.of(), marks: [] };
    count += 1;
    const number = String(count).padStart(MARK.length, '0');
    // A copy, since earlier reviews may still be on their way.
    const body = Buffer.from(bytes);
    for (const at of marks) body.write(number, at, 'latin1');
    return body;
  };
}

/** @param {any} review */
function renamed({ request, ...review }) {
  const { object, oldObject } = request;
  const names = { uid: UID, namespace: TOOL, name: `pod-${MARK}` };
  return {
    ...review,
    request: {
      ...request,
      ...names,
      object: renamedPod(object),
      oldObject: oldObject && renamedPod(oldObject),
    },
  };
}

const TOOL = `tool-${MARK}`;
/** As long as a UUID. */
const UID = `00000000-0000-4000-8000-00${MARK}`;

/** @param {any} pod */
function renamedPod({ metadata, spec, ...pod }) {
  const lists = ['containers', 'initContainers', 'ephemeralContainers'].filter((list) => spec[list]);
  const containers = lists.flatMap((list) => spec[list]);
  const nameOf = new Map(containers.map(({ name }, index) => [name, `c${index}-${MARK}`]));
  // Annotations of this program end with the name of a container.
  const annotations = Object.entries(metadata.annotations ?? {}).map(([key, value]) => {
    const [prefix, name] = key.split('/');
    return [nameOf.has(name) ? `${prefix}/${nameOf.get(name)}` : key, value];
  });
  return {
    ...pod,
    metadata: {
      ...metadata,
      name: `pod-${MARK}`,
      namespace: TOOL,
      uid: UID,
      ...(metadata.annotations && { annotations: Object.fromEntries(annotations) }),
    },
    spec: {
      ...spec,
      ...Object.fromEntries(lists.map((list) => [list, renamedContainers(spec[list], nameOf)])),
    },
  };
}

/**
 * @param {any[]} containers
 * @param {ReadonlyMap<string, string>} nameOf
 */
const renamedContainers = (containers, nameOf) =>
  containers.map((container) => ({ ...container, name: nameOf.get(container.name) }));
