type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const textOrNull: Schema = { type: ['string', 'null'] };
const timeOrNull: Schema = { type: ['string', 'null'], format: 'date-time' };
const count: Schema = { type: 'integer', minimum: 0 };
const listOf = (items: Schema): Schema => ({ type: 'array', items });
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const orNull = (schema: Schema): Schema => ({ oneOf: [schema, { type: 'null' }] });
const described = (schema: Schema, description: string): Schema => ({ ...schema, description });

/** An object that has all of these properties and no other. */
const record = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const about = {
  digest: described(text, 'SHA-256 of the text of the catalog'),
  day: {
    type: 'string',
    format: 'date',
    description: 'The day, in UTC, that removal dates are compared with',
  },
  outdated: described(textOrNull, 'Why the newest text of the catalog is not shown; null if it is shown'),
  staleSince: described(timeOrNull, 'When the source of all this last answered; null if it still does'),
};

const image = {
  name: text,
  state: text,
  aliases: listOf(text),
  urls: described(
    record({ jobs: textOrNull, webservice: textOrNull, other: textOrNull }),
    'The image that each client gets; null where it gets none',
  ),
  extra: described(orNull(record({ wstype: text, resources: textOrNull })), 'How webservice starts it'),
  deprecation: orNull(ref('Deprecation')),
  use: ref('Use'),
};

const deprecation = {
  replacement: textOrNull,
  newer: described(textOrNull, 'The newest stable image of the family, if no replacement is named'),
  removal: { type: ['string', 'null'], format: 'date' },
  past: described({ type: 'boolean' }, 'Whether the removal date has passed'),
  url: described(textOrNull, 'As the catalog has it: any text'),
};

const schemas: Readonly<Record<string, Schema>> = {
  Images: record({ ...about, images: listOf(record(image)) }),
  Image: record({
    ...about,
    ...image,
    workloads: described(
      orNull(listOf(record({ tool: text, workload: text, asksFor: text }))),
      'The workloads on it; null if use is not known',
    ),
  }),
  Catalog: {
    type: 'object',
    additionalProperties: {
      type: 'object',
      required: ['state', 'variants'],
      properties: { state: text, variants: { type: 'object' } },
    },
  },
  Deprecation: record(deprecation),
  Deprecations: record({
    ...about,
    deprecations: listOf(record({ name: text, ...deprecation, use: ref('Use') })),
  }),
  Tool: record({
    ...about,
    tool: text,
    workloads: described(
      orNull(
        listOf(
          record({ workload: text, image: text, asksFor: text, deprecation: orNull(ref('Deprecation')) }),
        ),
      ),
      'The workloads of the tool; null if use is not known',
    ),
  }),
  ToolImages: record({
    images: listOf(
      record({
        canonical_name: text,
        image_type: { const: 'standard' },
        aliases: listOf(text),
        ws_type: textOrNull,
        resources: textOrNull,
        ref: text,
        state: text,
        digest: { type: 'null' },
        deprecation: orNull(
          record({
            replacement: textOrNull,
            valid_until: { type: ['string', 'null'], format: 'date' },
            is_valid: { type: 'boolean' },
            url: textOrNull,
          }),
        ),
      }),
    ),
    messages: record({ info: listOf(text), warning: listOf(text), error: listOf(text) }),
  }),
  Use: {
    oneOf: [
      record({ known: { const: true }, tools: count, workloads: count }),
      record({ known: { const: false }, since: timeOrNull }),
    ],
  },
  Problem: record({ title: text, status: { type: 'integer' }, detail: text }),
};

const problemOf = (description: string): Schema => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});

/** A path with a GET that answers with this schema. */
const path = (operationId: string, summary: string, schema: Schema, parameter?: string): Schema => ({
  get: {
    operationId,
    summary,
    ...(parameter !== undefined && {
      parameters: [{ name: parameter, in: 'path', required: true, schema: text }],
    }),
    responses: {
      200: { description: summary, content: { 'application/json': { schema } } },
      304: { description: 'Unchanged since the answer with the tag in If-None-Match' },
      ...(parameter !== undefined && { 404: problemOf(`There is no such ${parameter}`) }),
      503: problemOf('There is no valid catalog yet'),
    },
  },
});

const csv = { 'text/csv': { schema: text } };

/** The description of the API that `/openapi.json` serves. */
export const openApi = {
  openapi: '3.1.0',
  info: {
    title: 'Images of Toolforge',
    version: '1',
    description: 'The images of the catalog, which of them are deprecated, and which tools use them.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  paths: {
    '/api/v1/images': path('listImages', 'All images of the catalog', ref('Images')),
    '/api/v1/images/{image}': path('getImage', 'One image, by name or alias', ref('Image'), 'image'),
    '/api/v1/catalog': path('getCatalog', 'The catalog, in the shape of images-v1.yaml', ref('Catalog')),
    '/api/v1/deprecations': path('listDeprecations', 'All deprecated images', ref('Deprecations')),
    '/api/v1/deprecations.csv': {
      get: {
        operationId: 'listDeprecationsAsCsv',
        summary: 'All deprecated images, for spreadsheets',
        responses: {
          200: { description: 'All deprecated images, for spreadsheets', content: csv },
          304: { description: 'Unchanged since the answer with the tag in If-None-Match' },
          503: problemOf('There is no valid catalog yet'),
        },
      },
    },
    '/api/v1/tools/{tool}': path('getTool', 'The images that a tool uses', ref('Tool'), 'tool'),
    '/v1/tool/{tool}/images': path(
      'listToolImages',
      'The images that a tool may use, as drafted for builds-api (T409726)',
      ref('ToolImages'),
      'tool',
    ),
    '/openapi.json': path('getDescription', 'This description', { type: 'object' }),
  },
  components: { schemas },
} as const;
