import type { Random } from '../../support/random.ts';
import type { Precedence } from '../oracle/images.ts';

/** As design and README have it. */
export const ordinaryPrecedence: Precedence = {
  webservice: ['webservice', 'image'],
  'toolforge-jobs-framework': ['image', 'jobs-framework'],
  '*': ['image', 'jobs-framework', 'webservice'],
};

/** It is a setting: mostly the ordinary one, now and then what somebody might set. */
export const anyPrecedence = (random: Random): Precedence =>
  random.chance(4)
    ? random.of<Precedence>([
        { '*': ['webservice', 'builder'] },
        { webservice: [], '*': ['image'] },
        { constructor: ['builder'], Helm: ['jobs-framework'], '*': ['builder', 'image', 'webservice'] },
        {},
      ])
    : ordinaryPrecedence;

/** What a Pod says of who manages it. */
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
