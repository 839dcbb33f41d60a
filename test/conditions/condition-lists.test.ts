import { compileCondition } from '../../src/conditions/condition'
import { createLinearPatterns } from '../../src/conditions/patterns/linear'
import { prepareSavedGroups } from '../../src/conditions/saved-groups'
import type { JsonValue } from '../../src/core/json'

describe('a long list and a saved group', () => {
  const members = Array.from({ length: 100_000 }, (_, i) => `user-${i}`)
  const one = (condition: JsonValue, groups = {}) => {
    const holds = compileCondition(condition, {
      groups: prepareSavedGroups(groups, createLinearPatterns()),
      patterns: createLinearPatterns(),
      report: () => undefined,
    })
    return (value: unknown): boolean => holds(() => value)
  }

  test.each<[condition: JsonValue, found: boolean]>([
    [{ x: { $inGroup: 'all' } }, true],
    [{ x: { $notInGroup: 'all' } }, false],
    [{ x: { $in: members } }, true],
    [{ x: { $nin: members } }, false],
    [{ x: { $ini: members.map((name) => name.toUpperCase()) } }, true],
  ])('are looked up, not gone through (case %#)', (condition, found) => {
    const holds = one(condition, { all: members })
    expect(['user-0', 'user-99999', ['x', 'user-5']].map(holds)).toEqual([found, found, found])
    expect(['user-100000', null, undefined, 5, {}, []].map(holds)).toEqual([
      !found,
      !found,
      !found,
      !found,
      !found,
      !found,
    ])
    const includes = jest.spyOn(Array.prototype, 'includes')
    holds('user-99999')
    expect(includes).not.toHaveBeenCalled()
    includes.mockRestore()
  })

  test('keep numbers and texts apart', () => {
    const holds = one({ x: { $inGroup: 'n' } }, { n: [1, 2, 3, 4, 5, 6, 7, 8, 9, '10'] })
    expect([1, '1', 10, '10', [9]].map(holds)).toEqual([true, false, false, true, true])
  })

  test('a group named by a number is the one of that name', () => {
    expect(one({ x: { $inGroup: 7 } }, { 7: ['a'] })('a')).toBe(true)
  })

  test('are not watched: what is changed after compiling changes nothing', () => {
    const list = members.slice(0, 20)
    const holds = one({ x: { $in: list } })
    list.push('late')
    expect(holds('late')).toBe(false)
  })
})
