import { Ajv } from 'ajv';
import { catalogSchema, catalogSchemaOptions } from './catalog-schema.ts';

/**
 * Checks a value against the schema of catalogs. The build writes the code that ajv generates from the same schema and options
 * in the place of this module (scripts/compiled-schema.mjs): compiling takes a starting catalog thread 20 ms.
 */
export const validateShape = new Ajv(catalogSchemaOptions).compile(catalogSchema);
