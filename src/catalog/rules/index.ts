import { aliasShadowsName } from './alias-shadows-name.ts';
import { aliasShadowsRepository } from './alias-shadows-repository.ts';
import { caseCollision } from './case-collision.ts';
import { deprecationOnStable } from './deprecation-on-stable.ts';
import { duplicateAlias } from './duplicate-alias.ts';
import { duplicateUrl } from './duplicate-url.ts';
import { imageUrl } from './image-url.ts';
import { misspeltRegistry } from './misspelt-registry.ts';
import { nameForm } from './name-form.ts';
import { noTopLevelImage } from './no-top-level-image.ts';
import { redundantAlias } from './redundant-alias.ts';
import { registryNotAllowed } from './registry-not-allowed.ts';
import { removal } from './removal.ts';
import { replacementDeprecated } from './replacement-deprecated.ts';
import { replacementLoop } from './replacement-loop.ts';
import { replacementUnknown } from './replacement-unknown.ts';
import { repositoryOnTwoHosts } from './repository-on-two-hosts.ts';
import type { Rule } from './rule.ts';
import { state } from './state.ts';
import { unreachableEntry } from './unreachable-entry.ts';

/** All rules about entries, beyond the shape that schema.ts checks. Each is linear in the size of the catalog. */
export const rules: readonly Rule[] = [
  state,
  nameForm,
  duplicateAlias,
  aliasShadowsName,
  aliasShadowsRepository,
  redundantAlias,
  caseCollision,
  imageUrl,
  duplicateUrl,
  registryNotAllowed,
  misspeltRegistry,
  repositoryOnTwoHosts,
  unreachableEntry,
  noTopLevelImage,
  replacementUnknown,
  replacementLoop,
  replacementDeprecated,
  deprecationOnStable,
  removal,
];
