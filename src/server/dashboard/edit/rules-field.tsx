import { useState } from 'preact/hooks'
import type { JsonValue } from '../../../core/json'
import { seriesColor } from '../parts/colors'
import { PercentageField } from './percentage-field'
import { ruleWords } from './rule-words'
import { ScalarField } from './scalar-field'
import { isScalar, type Mapping } from './schema'

interface RulesFieldProps {
  readonly name: string
  readonly rules: readonly Mapping[]
  readonly change: (rules: readonly Mapping[]) => void
}

/**
 * Rules in order: whom each takes in words, and its shares and value to edit. Conditions are edited
 * in the text.
 */
export const RulesField = ({ name, rules, change }: RulesFieldProps) => (
  <>
    <ol class="rules">
      {rules.map((rule, index) => (
        <li key={index} class="rule">
          <RuleField
            label={`${name} ${index + 1}`}
            rule={rule}
            change={(next) => change(rules.map((one, i) => (i === index ? next : one)))}
            remove={() => change(rules.filter((_, i) => i !== index))}
          />
        </li>
      ))}
    </ol>
    <p class="muted small">
      The first rule that takes a visitor gives the value. Conditions, order and new rules are
      edited in the text.
    </p>
  </>
)

interface RuleFieldProps {
  readonly label: string
  readonly rule: Mapping
  readonly change: (rule: Mapping) => void
}

/** Ranges say all that coverage and weights would, and a bandit moves its own. */
const HAS_NO_SLIDERS = ['range', 'ranges', 'contextualVariations']

function RuleField({ label, rule, change, remove }: RuleFieldProps & { remove: () => void }) {
  const hasSliders = !HAS_NO_SLIDERS.some((key) => key in rule)
  return (
    <>
      <div class="rule-head">
        <span class="rule-whom">{ruleWords(rule)}</span>
        <button
          type="button"
          class="button small quiet"
          aria-label={`Remove ${label}`}
          onClick={remove}
        >
          Remove
        </button>
      </div>
      {isScalar(rule['force']) && (
        <div class="rule-part">
          <span class="label">get</span>
          <ScalarField
            label={`${label}, value`}
            value={rule['force']}
            change={(force) => change({ ...rule, force })}
          />
        </div>
      )}
      {hasSliders && <Coverage label={label} rule={rule} change={change} />}
      {hasSliders && <Weights label={label} rule={rule} change={change} />}
    </>
  )
}

const rounded = (share: number): number => Number(share.toFixed(6))

/** How many of them, with a switch that keeps the share for later. */
function Coverage({ label, rule, change }: RuleFieldProps) {
  const [wasThere] = useState('coverage' in rule)
  const [before, setBefore] = useState(1)
  const share = typeof rule['coverage'] === 'number' ? rule['coverage'] : 1
  const set = (next: number): void => {
    const { coverage: _, ...rest } = rule
    change(next === 1 && !wasThere ? rest : { ...rule, coverage: rounded(next) })
  }
  const toggle = (isOn: boolean): void => {
    if (!isOn) setBefore(share)
    set(isOn ? before : 0)
  }
  return (
    <div class="rule-part">
      <label class="check">
        <input
          type="checkbox"
          role="switch"
          aria-label={`${label} is on`}
          checked={share > 0}
          onChange={(event) => toggle(event.currentTarget.checked)}
        />
        {share > 0 ? 'share of them' : 'off'}
      </label>
      <PercentageField
        label={`${label}, share`}
        value={rounded(share * 100)}
        change={(percent) => set(percent / 100)}
      />
    </div>
  )
}

/** An experiment's values with their weights. */
function Weights({ label, rule, change }: RuleFieldProps) {
  const variations = listOf(rule['variations'])
  if (variations.length === 0) return null
  const given = listOf(rule['weights']).map(Number)
  const weights = variations.map((_, i) => given[i] ?? rounded(1 / variations.length))
  const total = weights.reduce((sum, one) => sum + one, 0)
  return (
    <div class="shares">
      {variations.map((value, index) => (
        <div key={index} class="shares-row">
          <span class="shares-name">
            <span class="legend-mark" style={{ background: seriesColor(index) }} />
            {typeof value === 'string' ? value : JSON.stringify(value)}
          </span>
          <PercentageField
            label={`${label}, weight of ${JSON.stringify(value)}`}
            value={rounded((weights[index] ?? 0) * 100)}
            change={(percent) =>
              change({
                ...rule,
                weights: weights.map((one, i) => (i === index ? rounded(percent / 100) : one)),
              })
            }
          />
        </div>
      ))}
      <p class="muted small">{Number((total * 100).toFixed(2))} % in all; they have to be 100 %.</p>
    </div>
  )
}

const listOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]) : []
