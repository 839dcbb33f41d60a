/** `liveflag diff` names the holdouts that keep another share of people out. */
import type { Difference } from '../../src/cli/commands/difference'
import { liveflag, scratch } from './captured-terminal'

const write = scratch()
const text = (holdouts: string): string => `holdouts: {${holdouts}}
feature_x: {experiment: {enabled: on, domains: [shop], variants: [{name: a, weight: 1}]}}
feature_y: {experiment: {enabled: on, domains: [shop], variants: [{name: a, weight: 1}]}}
feature_z: {holdouts: [h], loggedin: true}
feature_plain: on
`

const compared = async (before: string, after: string, ...more: string[]): Promise<string> => {
  const [old, now] = [before, after].map((one, i) => write(`${i}.yaml`, text(one))) as [
    string,
    string,
  ]
  return (await liveflag(['diff', old, now, ...more])).out
}

test.each([
  ['h: {percent: 5}', 'h: {percent: 9}', 'the holdout h: 5 % → 9 % of feature_x and 2 more'],
  [
    'h: {percent: 5, domains: [shop]}',
    'h: {percent: 5, domains: [cars]}',
    'the holdout h: 5 % → 0 % of feature_x and feature_y',
  ],
  [
    'h: {percent: 5}',
    'h: {percent: 5}, g: {percent: 1}',
    'the holdout g: 0 % → 1 % of feature_x and',
  ],
])('from %s to %s', async (before, after, says) => {
  expect(await compared(before, after)).toContain(`\n${says}`)
  expect(await compared(before, after, '--markdown')).toContain(says)
})

test('JSON has each with its features, and nothing where none changes', async () => {
  const changed = JSON.parse(
    await compared('h: {percent: 5}', 'h: {percent: 9}', '--json'),
  ) as Difference
  expect(changed.holdouts).toEqual([{ name: 'h', from: 5, to: 9, features: ['x', 'y', 'z'] }])
  const same = await compared('h: {percent: 5}', 'h: {percent: 5}', '--json')
  expect(JSON.parse(same)).not.toHaveProperty('holdouts')
})
