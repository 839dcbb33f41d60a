/* global after, describe, it */
// `liveflag/testing` in Mocha, which `npm run test:peers` runs.
const { deepEqual, equal } = require('node:assert/strict')
const { testFeatures } = require('liveflag/testing')

const features = testFeatures({ header: false })
const seen = []

describe('liveflag/testing', () => {
  it('is set', () => {
    features.setBoolean('header', true)
    equal(features.isEnabled('header'), true)
  })

  it('is restored by itself', () => {
    equal(features.isEnabled('header'), false)
  })

  features.forEachState('header', (enabled) => {
    it('has each state', () => {
      seen.push(features.isEnabled('header'))
      equal(features.isEnabled('header'), enabled)
    })
  })

  // Mocha runs what is nested last.
  after(() => deepEqual(seen.sort(), [false, true]))
})
