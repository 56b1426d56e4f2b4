import type { Random } from '../../support/random.ts';
import type { Precedence } from '../oracle/images.ts';

/** The default precedence. */
export const ordinaryPrecedence: Precedence = {
  webservice: ['webservice', 'image'],
  'toolforge-jobs-framework': ['image', 'jobs-framework'],
  '*': ['image', 'jobs-framework', 'webservice'],
};

/** Usually the default, sometimes another valid setting. */
export const anyPrecedence = (random: Random): Precedence =>
  random.chance(4)
    ? random.of<Precedence>([
        { '*': ['webservice', 'builder'] },
        { webservice: [], '*': ['image'] },
        { constructor: ['builder'], Helm: ['jobs-framework'], '*': ['builder', 'image', 'webservice'] },
        {},
      ])
    : ordinaryPrecedence;

/** Values of the label managed-by. */
export const asker = (random: Random): string | undefined =>
  random.of([
    undefined,
    undefined,
    'webservice',
    'webservice',
    'toolforge-jobs-framework',
    'toolforge-jobs-framework',
    'Helm',
    'Webservice',
    '',
    '*',
    'constructor',
    '__proto__',
    'toString',
    'image',
  ]);
