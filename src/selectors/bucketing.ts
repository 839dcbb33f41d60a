import { type JsonValue, kindOf } from '../core/json'
import type { Place, Selector } from '../core/selector'
import { SCHEMES } from '../experiments/scheme'
import { badType } from './values'

/**
 * How the entry's percentages and its experiment draw: by r2's scheme, or by the stable one
 * (docs/spec/bucketing.md, section 5). It claims nobody.
 */
export const bucketing: Selector = {
  key: 'bucketing',
  stage: 'share',
  summary:
    'How percentages and the experiment draw: r2, the default, or stable, in which edits move as few visitors as possible.',
  schema: { enum: [...SCHEMES] },
  modifiers: {
    salt: {
      type: 'string',
      minLength: 1,
      description:
        "What the stable scheme hashes with each id; default the feature's name. Write it before you rename the feature.",
    },
    shuffle: {
      type: 'integer',
      minimum: 0,
      description: 'A higher number draws everybody anew, in the stable scheme; default 0.',
    },
  },
  compile(value, place) {
    if (place.compat === 'r2') {
      const message = 'compat: r2 draws as r2 does, so bucketing has no effect; remove it'
      place.report({ code: 'unknown-key', severity: 'warning', at: 'key', message })
      return undefined
    }
    if (!SCHEMES.some((scheme) => scheme === value)) return badType(place, value, 'r2 or stable')
    checkModifiers(value, place)
    return undefined
  },
  inWords: () => undefined,
  asRules: () => [],
}

function checkModifiers(scheme: JsonValue, place: Place): void {
  const { salt, shuffle } = place.entry
  const at = (key: string): Place['path'] => [...place.path.slice(0, -1), key]
  if (salt !== undefined && (typeof salt !== 'string' || salt === '' || salt.includes('\0')))
    place.report({
      code: 'bad-type',
      path: at('salt'),
      message: `salt is ${typeof salt === 'string' ? JSON.stringify(salt) : kindOf(salt)}; write a text that is not empty and has no NUL`,
    })
  if (shuffle !== undefined && !isShuffle(shuffle))
    place.report({
      code: 'bad-type',
      path: at('shuffle'),
      message: `shuffle is ${JSON.stringify(shuffle)}; write a whole number from 0`,
    })
  if (scheme === 'stable') return
  for (const key of ['salt', 'shuffle'])
    if (Object.hasOwn(place.entry, key)) {
      const message = `${key} is read with bucketing: stable, and has no effect here; remove it`
      place.report({ code: 'unknown-key', severity: 'warning', path: at(key), at: 'key', message })
    }
}

const isShuffle = (value: JsonValue): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
