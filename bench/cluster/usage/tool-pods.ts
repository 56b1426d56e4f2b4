import { type Json, recorded } from '../../../test/support/reviews.ts';

/** Recorded Pods of webservice and of jobs-api. */
const made = {
  webservice: recorded('webservice-pod').request.object,
  job: recorded('jobs-api-job-pod').request.object,
};

/** Volumes that volume-admission mounts into a Pod of a tool. */
const mounted = [
  'dumps',
  'dumpsrc-clouddumps1001',
  'dumpsrc-clouddumps1002',
  'home',
  'scratch',
  'sssd-pipes',
];
const volumes = mounted.map((name) => ({ name, hostPath: { path: `/mnt/nfs/${name}`, type: 'Directory' } }));
const mounts = mounted.map((name) => ({ name, mountPath: `/mnt/nfs/${name}`, readOnly: name !== 'home' }));

/** Environment variables that the envvars service adds to each container. */
const env = ['TOOL_DATA_DIR', 'TOOL_REDIS_URI', 'TOOL_DB_USER', 'TOOL_DB_PASSWORD', 'TOOL_REPLICA_USER'].map(
  (name) => ({
    name,
    valueFrom: {
      secretKeyRef: { name: `toolforge.envvar.v1.${name.toLowerCase().replaceAll('_', '-')}`, key: name },
    },
  }),
);

export interface ToolPod {
  readonly name: string;
  readonly by: keyof typeof made;
  readonly image: string;
  /** The canonical name, as in the annotations of Pods. */
  readonly canonical?: string;
  readonly requested?: string;
  readonly owner?: Json;
}

/** A Pod of the size usual in Toolforge, as a client sends it. */
export function toolPod({ name, by, image, canonical, requested, owner }: ToolPod): Json {
  const { metadata, spec } = made[by];
  const [container] = spec.containers;
  const annotationKey = (what: string) => `${what}.image-config.toolforge.org/${container.name}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: metadata.labels,
      annotations: {
        ...metadata.annotations,
        ...(canonical !== undefined && { [annotationKey('name')]: canonical }),
        ...(requested !== undefined && { [annotationKey('requested')]: requested }),
      },
      ...(owner && { ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }] }),
    },
    spec: {
      ...spec,
      volumes: [...spec.volumes, ...volumes],
      containers: [
        {
          ...container,
          image,
          env: [...(container.env ?? []), ...env],
          volumeMounts: [...(container.volumeMounts ?? []), ...mounts],
        },
      ],
    },
  };
}

/** The same Pod as a template. */
export function template(pod: ToolPod): Json {
  const { metadata, spec } = toolPod(pod);
  return { metadata: { labels: metadata.labels, annotations: metadata.annotations }, spec };
}
