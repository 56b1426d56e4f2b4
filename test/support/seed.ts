import fc from 'fast-check';

/**
 * Properties draw the same cases each time, or a change that is right could fail by somebody else's luck. For new ones:
 * `PROPERTY_SEED=random npm test`, or a number that a failure named.
 */
const { PROPERTY_SEED = '20261122' } = process.env;

if (PROPERTY_SEED !== 'random') fc.configureGlobal({ seed: Number(PROPERTY_SEED) });
