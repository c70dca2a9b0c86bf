/**
 * Property tests begin from one seed, so that the same sources give the same answer wherever they are tested. `PROPERTY_SEED=random`
 * looks elsewhere each time, as the nightly run does; a number repeats what a failed run has printed.
 */
import * as fc from 'fast-check';

const asked = process.env['PROPERTY_SEED'] ?? '20261127';
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked) });
