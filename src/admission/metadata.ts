/** What is read of an object's metadata. Go writes null for a map that is empty. */
export interface Metadata {
  readonly name?: string | null;
  readonly namespace?: string | null;
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly annotations?: Readonly<Record<string, string>> | null;
}

/** A map as labels, annotations and the data of a ConfigMap are. */
export const textsSchema = { type: 'object', nullable: true, texts: true };

export const metadataSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', nullable: true },
    namespace: { type: 'string', nullable: true },
    labels: textsSchema,
    annotations: textsSchema,
  },
};

/** The value under a key, and never what `Object.prototype` has under it. */
export const textAt = (
  texts: Readonly<Record<string, string>> | null | undefined,
  key: string,
): string | undefined => (texts && Object.hasOwn(texts, key) ? texts[key] : undefined);
