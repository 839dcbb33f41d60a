import type { JsonValue } from '../../../core/json'
import { Choose } from '../parts/choose'
import { Field } from './fields'
import {
  firstValue,
  isMapping,
  kindOf,
  type Mapping,
  resolved,
  type Schema,
  selectorsOf,
} from './schema'

interface EntryFormProps {
  readonly root: Schema
  readonly value: JsonValue
  readonly change: (value: JsonValue) => void
}

const WHO = [
  ['on', 'Everybody'],
  ['some', 'Some'],
  ['off', 'Nobody'],
] as const

type Who = (typeof WHO)[number][0]

function whoOf(value: JsonValue): Who {
  if (value === true || value === 'on') return 'on'
  return isMapping(value) ? 'some' : 'off'
}

/** An entry without its text: who has the feature, key by key. */
export function EntryForm({ root, value, change }: EntryFormProps) {
  const who = whoOf(value)
  const choose = (next: Who): void => change(next === 'some' ? {} : next)
  return (
    <>
      <div class="choice" role="group" aria-label="Who has it">
        {WHO.map(([one, words]) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === who}
            onClick={() => one !== who && choose(one)}
          >
            {words}
          </button>
        ))}
      </div>
      {isMapping(value) && <Keys root={root} value={value} change={change} />}
    </>
  )
}

interface KeysProps {
  readonly root: Schema
  readonly value: Mapping
  readonly change: (value: JsonValue) => void
}

function Keys({ root, value, change }: KeysProps) {
  const properties = selectorsOf(root).properties ?? {}
  const schemaOf = (key: string): Schema => resolved(properties[key] ?? {}, root)
  const remove = (key: string): void =>
    change(Object.fromEntries(Object.entries(value).filter(([one]) => one !== key)))
  return (
    <div class="edit-keys">
      {Object.entries(value).map(([key, one]) => (
        <Field
          key={key}
          name={key}
          schema={schemaOf(key)}
          root={root}
          value={one}
          change={(next) => change({ ...value, [key]: next })}
          remove={() => remove(key)}
        />
      ))}
      <AddKey
        keys={Object.keys(properties).filter(
          (key) =>
            !(key in value) && !['other', 'group'].includes(kindOf(schemaOf(key), undefined)),
        )}
        add={(key) => change({ ...value, [key]: firstValue(schemaOf(key)) })}
      />
    </div>
  )
}

interface AddKeyProps {
  readonly keys: readonly string[]
  readonly add: (key: string) => void
}

const AddKey = ({ keys, add }: AddKeyProps) => (
  <Choose
    label="Add"
    isLabelled
    value=""
    options={[['', 'Who else, or what else…'], ...keys.map((key) => [key, key] as const)]}
    change={(key) => key !== '' && add(key)}
  />
)
