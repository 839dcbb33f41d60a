/** The numbers of the examples in docs/bucketing.md. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fnv32a, hash } from '../../src/hash/fnv1a'
import { bucketOf, createR2Bucketing, loidBucket } from '../../src/hash/r2'
import { hundredthOf } from '../../src/hash/sha256'
import { stablePointOf } from '../../src/hash/stable'

const page = readFileSync(join(__dirname, '../../docs/bucketing.md'), 'utf8')
const r2 = (salt: string, unit: string): number => createR2Bucketing().pointOf(salt)(unit)

test.each<[string, number, number]>([
  ['747,805', r2('search_v2', 't2_beef'), 747_805],
  ['684', bucketOf(r2('welcome_banner', 't2_gary')), 684],
  ['55 in 100', loidBucket('abcdEFGH12345678zz') ?? NaN, 55],
  ['5554', hundredthOf('t2_beef', 'checkout-button-1', 'allocation'), 5554],
  ['647', hundredthOf('t2_beef', 'checkout-button-1', 'variant'), 647],
  ['3,230,154,302', fnv32a('t2_beefheadline'), 3_230_154_302],
  ['3,756,099,238', fnv32a('headlinet2_beef'), 3_756_099_238],
  ['3,004,196,295', fnv32a('3756099238'), 3_004_196_295],
  ['0.302', hash('headline', 't2_beef', 1) ?? NaN, 0.302],
  ['0.6295', hash('headline', 't2_beef', 2) ?? NaN, 0.6295],
  [
    '406,545',
    stablePointOf({ salt: 'checkout', shuffle: 0, purpose: 'gate', kind: 'user' })('t2_beef'),
    406_545,
  ],
])('%s is what the hash gives, and what the page says', (shown, computed, expected) => {
  expect(computed).toBe(expected)
  expect(page).toContain(shown.replace(' in 100', ''))
})
