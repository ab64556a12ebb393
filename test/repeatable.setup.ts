/** One commit has one answer: property tests draw from one seed. The nightly check draws from the seed of its day. */
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.PROPERTY_SEED ?? -517_581_289) });
