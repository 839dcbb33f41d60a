import type { JsonValue } from '../../core/json'
import type { Path, Position } from '../../core/problem'
import { type Entry, type Parsed, PREFIX, type TextProblem } from '../text/entry'
import type { Dialect } from './dialect'

/**
 * A text of `name: value`: each feature in it has that value for everybody. Only a source can mark
 * a text as this kind.
 */
export const overrides: Dialect = {
  name: 'overrides',
  isKindOf: () => false,
  featureOf: (key) => key,
  read(parsed) {
    const overriding = (entry: Entry): Entry => new OverrideEntry(entry)
    const entries = parsed.entries.map(overriding)
    return {
      dialect: 'overrides',
      parsed,
      entries,
      // Inside a value the last of two equal keys wins.
      problems: parsed.problems.filter(({ code }) => code !== 'duplicate-key'),
      fatal: fatalOf(parsed),
      replaced: parsed.replaced?.map(overriding) ?? [],
      features: () => entries,
    }
  },
}

function fatalOf({ fatal, problems }: Parsed): TextProblem | undefined {
  if (fatal === undefined) {
    const badKey = problems.find(({ feature }) => feature === undefined)
    return badKey && noOverrides(badKey, 'it has a key that is not text')
  }
  if (fatal.code === 'empty') return noOverrides(fatal, 'it is empty')
  return fatal.code === 'not-an-object'
    ? noOverrides(fatal, 'it has something other than an object at its top')
    : fatal
}

const noOverrides = (problem: TextProblem, reason: string): TextProblem => ({
  ...problem,
  code: problem.code === 'empty' ? 'empty' : 'not-an-object',
  message: `holds no overrides: ${reason}; write an object of names and values`,
})

/** `"name": value` as the feature entry `"feature_name": {"default": value}`. */
class OverrideEntry implements Entry {
  readonly key: string
  readonly value: JsonValue
  readonly text: string | undefined

  constructor(private readonly written: Entry) {
    this.key = PREFIX + written.key
    this.value = { default: written.value }
    this.text = written.text
  }

  get position(): Position {
    return this.written.position
  }

  locate([_default, ...path]: Path, target: 'key' | 'value' = 'value'): Position {
    return this.written.locate(path, target)
  }
}
