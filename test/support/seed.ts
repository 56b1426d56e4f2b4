import fc from 'fast-check';

/**
 * Property tests use a fixed seed, so that a correct change cannot fail by chance. `PROPERTY_SEED=random npm test` draws new
 * cases; a number repeats those of a failure.
 */
const { PROPERTY_SEED = '20261122' } = process.env;

if (PROPERTY_SEED !== 'random') fc.configureGlobal({ seed: Number(PROPERTY_SEED) });
