import { isPromise } from '../core/guarded'
import {
  ANYTHING,
  badOption,
  checkOptions,
  FUNCTION,
  isObject,
  type OptionKinds,
} from '../core/options'
import { jsonText } from './json-text'
import { runnerHere } from './runner'
import type { InitialValues, TestFeatures, TestFeaturesOptions } from './settable'
import { SettableFeatures } from './settable-features'

export type { TestFeatures, TestFeaturesOptions }

/** The kind of each option; `openFeatures` checks the values. */
const OPTIONS: OptionKinds<TestFeaturesOptions> = {
  enabled: ANYTHING,
  compat: ANYTHING,
  loggedOutExperiments: ANYTHING,
  onExposure: ANYTHING,
  selectors: ANYTHING,
  deferExposures: ANYTHING,
  onUsage: ANYTHING,
  onMetric: ANYTHING,
  validExposureRequest: ANYTHING,
  dedupeExposures: ANYTHING,
  exposureSecret: ANYTHING,
  forceByUrl: ANYTHING,
  strict: ANYTHING,
  onUnknown: ANYTHING,
  waitForFile: ANYTHING,
  guards: ANYTHING,
  badEntry: ANYTHING,
  now: ANYTHING,
  afterEach: FUNCTION,
  beforeEach: FUNCTION,
  describe: FUNCTION,
  afterAll: FUNCTION,
}

/**
 * Features for tests: no file, no network, no timer, nothing global, so that any number of tests
 * run side by side. `initial` overrides features by name; a feature that nobody has set is off, or
 * gives the default of the code. Throws LIVEFLAG_BAD_OPTION on a value that JSON cannot say, and on
 * an unknown option, `source` among them.
 *
 * @example
 * const features = testFeatures({ search_v2: true, theme: 'dark' }, { afterEach, afterAll })
 * features.setBoolean('search_v2', false)
 */
export function testFeatures(
  initial: InitialValues = {},
  given: TestFeaturesOptions = {},
): TestFeatures {
  if (!isObject(initial) || isPromise(initial))
    throw badOption('testFeatures', 'the first argument', initial, 'values by name')
  checkOptions('testFeatures', given, OPTIONS)
  const { beforeEach, afterEach, afterAll, describe, ...options } = given
  for (const [name, value] of Object.entries(initial)) jsonText('testFeatures', name, value)
  const runner = {
    ...runnerHere(),
    ...(beforeEach && { beforeEach }),
    ...(describe && { describe }),
  }
  const features = new SettableFeatures(initial, options, runner)
  if (afterEach) afterEach(() => features.restore())
  else features.restoreByItself()
  afterAll?.(() => features.close())
  return features
}
