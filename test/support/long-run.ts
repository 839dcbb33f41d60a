/**
 * The long form of the suite, `npm run test:long`, tries in full what `npm test` tries on a sample.
 */
export const isLongRun = Boolean(process.env['LIVEFLAG_LONG'])

/**
 * How many runs a property has, or how many visitors a share is tried on: in `npm test`, and in the
 * long form.
 */
export const sized = (inSuite: number, inLongRun: number): number =>
  isLongRun ? inLongRun : inSuite

/** The time limit in milliseconds of a test whose long form takes up to an hour. */
export const PATIENCE = isLongRun ? 3_600_000 : 60_000
