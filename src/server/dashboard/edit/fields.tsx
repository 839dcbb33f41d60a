import type { ComponentChildren } from 'preact'
import type { JsonValue } from '../../../core/json'
import { useId } from 'preact/hooks'
import {
  isListOfMappings,
  isMapping,
  isScalar,
  type Kind,
  kindOf,
  type Mapping,
  resolved,
  type Schema,
} from './schema'
import { PercentageField } from './percentage-field'
import { RulesField } from './rules-field'
import { ScalarField } from './scalar-field'
import { SharesField } from './shares-field'

export interface FieldProps {
  readonly name: string
  readonly schema: Schema
  readonly root: Schema
  readonly value: JsonValue
  readonly change: (value: JsonValue) => void
}

const EDITORS: Readonly<Record<Kind, (props: FieldProps) => ComponentChildren>> = {
  percentage: ({ name, value, change }) => (
    <PercentageField label={name} value={Number(value)} change={change} />
  ),
  list: (props) => <ListField {...props} />,
  choice: (props) => <ChoiceField {...props} />,
  scalar: ({ name, value, change }) => (
    <ScalarField label={name} value={isScalar(value) ? value : ''} change={change} />
  ),
  shares: ({ name, value, change }) => <SharesField name={name} value={value} change={change} />,
  rules: ({ value, change }) => (
    <RulesField name="rule" rules={isListOfMappings(value) ? value : []} change={change} />
  ),
  group: (props) => <Group {...props} />,
  other: ({ value }) => (
    <>
      <pre class="other-value">{JSON.stringify(value, null, 2)}</pre>
      <p class="muted small">This is edited in the text.</p>
    </>
  ),
}

/** One key of an entry, with the sentence that the schema has for it. */
export function Field(props: FieldProps & { readonly remove?: () => void }) {
  const { name, schema, value, remove } = props
  const kind = kindOf(schema, value)
  return (
    <div class="edit-field">
      <div class="edit-field-head">
        <code class="edit-key">{name}</code>
        <span class="muted small">{schema.description}</span>
        {remove && (
          <button
            type="button"
            class="button small quiet"
            aria-label={`Remove ${name}`}
            onClick={remove}
          >
            Remove
          </button>
        )}
      </div>
      {EDITORS[kind](props)}
    </div>
  )
}

const ChoiceField = ({ name, schema, value, change }: FieldProps) => (
  <select
    class="field"
    aria-label={name}
    value={JSON.stringify(value)}
    onChange={(event) => change(JSON.parse(event.currentTarget.value) as JsonValue)}
  >
    {(schema.enum ?? []).map((one) => (
      <option key={JSON.stringify(one)} value={JSON.stringify(one)}>
        {typeof one === 'string' ? one : JSON.stringify(one)}
      </option>
    ))}
  </select>
)

/** One item a line. Lines that are empty are dropped when the field is left. */
function ListField({ name, value, change }: FieldProps) {
  const id = useId()
  const items = Array.isArray(value) ? value.map(String) : []
  return (
    <>
      <textarea
        class="field mono"
        aria-label={name}
        aria-describedby={id}
        rows={Math.min(8, items.length + 1)}
        spellcheck={false}
        value={items.join('\n')}
        onInput={(event) => change(event.currentTarget.value.split('\n'))}
        onBlur={() => change(items.map((one) => one.trim()).filter((one) => one !== ''))}
      />
      <span id={id} class="muted small">
        One a line.
      </span>
    </>
  )
}

/** A mapping within the entry, such as an experiment. */
function Group({ name, schema, root, value, change }: FieldProps) {
  const mapping: Mapping = isMapping(value) ? value : {}
  return (
    <fieldset class="edit-group">
      <legend class="hidden-label">{name}</legend>
      {Object.entries(mapping).map(([key, one]) => (
        <Field
          key={key}
          name={key}
          schema={resolved(schema.properties?.[key] ?? {}, root)}
          root={root}
          value={one}
          change={(next) => change({ ...mapping, [key]: next })}
        />
      ))}
    </fieldset>
  )
}
