import { CLIENT_LABEL } from '../catalog/public-names.ts';
import { jobsClient, webservice } from '../catalog/readers.ts';
import type { ScalarNode, YamlNode } from '../catalog/yaml/node.ts';
import { AnchoredFields } from './anchors.ts';
import { podImages } from './pod-images.ts';
import { isTrue, type ToolFileKind, toolFileKind } from './shape.ts';

/** A place of a file that asks for an image, a backend or a builder. */
export interface ToolReference {
  readonly what: 'image' | 'type' | 'backend' | 'builder';
  readonly file: ToolFileKind;
  readonly scalar: ScalarNode;
  /** The client that asks: the value of the label `app.kubernetes.io/managed-by` on its Pods. */
  readonly client: string | undefined;
  /** Whether another text may be written there. */
  readonly changeable: boolean;
}

export interface ToolDocument {
  readonly kind: ToolFileKind;
  readonly references: readonly ToolReference[];
}

/** Everything that one YAML document asks for; undefined if it is no file of a tool. A scalar that is used twice occurs once. */
export function toolDocument(root: YamlNode | undefined, name: string): ToolDocument | undefined {
  const fields = new AnchoredFields();
  const kind = toolFileKind(root, name, fields);
  if (kind === undefined) return undefined;
  const found = [...readers[kind](root, fields)];
  const isShared = fields.sharedIn(root);
  const once = new Map(found.map((reference) => [reference.scalar, reference]));
  return {
    kind,
    references: Array.from(once.values(), ({ scalar, what, client }) => ({
      what,
      file: kind,
      scalar,
      client,
      // The program `webservice` writes service.manifest, and would not expect an edit.
      changeable: kind !== 'service.manifest' && !isShared(scalar),
    })),
  };
}

type Asked = Pick<ToolReference, 'what' | 'scalar' | 'client'>;

type FileReader = (root: YamlNode | undefined, fields: AnchoredFields) => Iterable<Asked>;

const readers: Readonly<Record<ToolFileKind, FileReader>> = {
  *'jobs.yaml'(root, fields) {
    for (const job of fields.items(root)) yield* asked('image', fields.image(job, 'image'), jobsClient);
  },
  *'service.template'(root, fields) {
    yield* asked('type', fields.image(root, 'type'), webservice.client);
    yield* asked('backend', fields.image(root, 'backend'), webservice.client);
  },
  *'service.manifest'(root, fields) {
    yield* asked('type', fields.image(root, 'web'), webservice.client);
    yield* asked('backend', fields.image(root, 'backend'), webservice.client);
  },
  *'toolforge.yaml'(root, fields) {
    const components = fields.follow(fields.field(root, 'components'));
    for (const { value } of components?.kind === 'mapping' ? components.pairs : []) {
      const build = fields.field(value, 'build');
      const flag = fields.follow(fields.field(build, 'use_deprecated_versions'));
      if (flag?.kind === 'scalar' && isTrue(flag)) yield { what: 'builder', scalar: flag, client: undefined };
    }
  },
  *'Kubernetes manifest'(root, fields) {
    for (const { scalar, labels } of podImages(root, fields))
      yield* asked('image', scalar, fields.text(labels, CLIENT_LABEL));
  },
};

const asked = (
  what: ToolReference['what'],
  scalar: ScalarNode | undefined,
  client: string | undefined,
): Asked[] => (scalar ? [{ what, scalar, client }] : []);
