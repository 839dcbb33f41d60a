import type { Mapping } from '../../../../src/server/dashboard/edit/schema'
import { ruleWords } from '../../../../src/server/dashboard/edit/rule-words'

test.each<[Mapping, string]>([
  [{ force: 1 }, 'Everybody'],
  [{ condition: {} }, 'Everybody'],
  [{ condition: { country: 'NZ' } }, 'Visitors whose country is NZ'],
  [
    { condition: { country: { $in: ['NZ', 'AU'] }, age: { $gte: 18, $lt: 65 } } },
    'Visitors whose country is NZ or AU, and age is at least 18, and age is below 65',
  ],
  [
    { condition: { $or: [{ plan: 'pro' }, { id: { $inGroup: 'staff' } }] } },
    'Visitors whose plan is pro, or id is in the group staff',
  ],
  [{ condition: { beta: { $exists: false } } }, 'Visitors whose beta is missing'],
  [{ condition: { a: { $new: 1 } } }, 'Visitors whose a $new 1'],
  [{ condition: { $not: { a: 1 } } }, 'Visitors whose $not {"a":1}'],
  [{ parentConditions: [{ id: 'checkout' }] }, 'Everybody, where checkout lets them'],
  [{ condition: 'broken', parentConditions: 7 }, 'Everybody'],
])('%j takes: %s', (rule, words) => {
  expect(ruleWords(rule)).toBe(words)
})
