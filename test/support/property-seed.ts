import fc from 'fast-check';

/**
 * The seed of every property test. One and the same unless `PROPERTY_SEED` says otherwise, so that a change is judged by
 * itself and not by chance; `npm run test:properties` looks for counterexamples with seeds of its own.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.PROPERTY_SEED ?? 1) });
