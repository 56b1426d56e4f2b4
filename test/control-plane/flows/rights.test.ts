import { expect, inject, it } from 'vitest';
import { manifest } from '../../manifests/manifests.ts';
import type { Json } from '../../support/reviews.ts';
import { attachControlPlane } from '../control-plane.ts';
import { apiOf, until } from '../support/api.ts';
import { CATALOG, CONFIG_MAPS, configMap, GOOD, KEY } from '../support/catalog.ts';
import { install, OURS } from '../support/installed.ts';

/*
 * The rights of the shipped ServiceAccount, compared with the API server's audit log.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const SECRET = `/api/v1/namespaces/${OURS}/secrets/${OURS}-certificates`;

it('the program uses each of its rights, and needs no other', async () => {
  const from = controlPlane.auditedCalls().length;
  await using installed = await install(controlPlane, {
    before: () => api.create(CONFIG_MAPS, configMap('[]\n')),
  });
  // An Event is written at the first start, and its count raised at the second.
  const recorded = () => installed.replicas.some((replica) => replica.logged('event recorded').length > 0);
  await until(async () => recorded(), 'the Event');
  await installed.killAll();
  await installed.startReplica();
  await until(async () => recorded(), 'the Event once more');
  // A history needs a catalog.
  await api.merge(CATALOG, { data: { [KEY]: GOOD } });
  const inHistory = () => installed.replicas.some((replica) => replica.logged('history recorded').length > 0);
  await until(async () => inHistory(), 'the first line of the history');
  // The first start created the Secret; here it is updated.
  await api.merge(SECRET, { data: { 'tls.crt': 'anVuaw==' } });
  await until(async () => (await api.get(SECRET)).data['tls.crt'] !== 'anVuaw==', 'the Secret to be fixed');

  const calls = (): Json[] =>
    controlPlane
      .auditedCalls(from)
      .filter(({ user }) => user.username === `system:serviceaccount:${OURS}:${OURS}`);
  // Within half a minute the program also reads the catalog by a GET, in case its watch is dead.
  await expect
    .poll(() => [...new Set(calls().map(used))].sort(), { timeout: 45_000, interval: 1_000 })
    .toEqual(granted().sort());
  expect(calls().filter(({ responseStatus }) => responseStatus?.code === 403)).toEqual([]);
}, 120_000);

function used({ verb, objectRef: { resource, namespace, name } }: Json): string {
  // Events are in the namespaces of their objects, and RBAC cannot know their names beforehand.
  if (resource === 'events') return right(verb, resource, undefined);
  // RBAC cannot restrict a create by name.
  const isBound = name !== undefined && verb !== 'create';
  return right(verb, isBound ? `${resource}/${name}` : resource, namespace);
}

/** The rights of all roles that only our ServiceAccount has. */
function granted(): string[] {
  const objects = manifest('install.yaml');
  const roles = objects
    .filter(({ kind, subjects }) => kind.endsWith('Binding') && subjects[0].kind === 'ServiceAccount')
    .map(({ roleRef, metadata }) =>
      objects.find(
        (object) =>
          object.kind === roleRef.kind &&
          object.metadata.name === roleRef.name &&
          object.metadata.namespace === metadata.namespace,
      ),
    );
  expect(roles).toHaveLength(5);
  return roles.flatMap(({ metadata, rules }) =>
    rules.flatMap(({ resources, resourceNames, verbs }: Json) =>
      resources.flatMap((resource: string) =>
        verbs.flatMap((verb: string) =>
          (resourceNames ?? ['']).map((name: string) =>
            right(verb, name === '' ? resource : `${resource}/${name}`, metadata.namespace),
          ),
        ),
      ),
    ),
  );
}

const right = (verb: string, what: string, namespace: string | undefined): string =>
  `${verb} ${what}${namespace === undefined ? '' : ` in ${namespace}`}`;
