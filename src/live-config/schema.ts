import type { JsonObject } from '../core/json'
import { METADATA } from '../core/metadata'
import { ANYTHING, checkOptions } from '../core/options'
import type { CustomSelector } from '../core/custom-selector'
import type { Schema, Selector } from '../core/selector'
import { EXPERIMENT_KEYS } from '../experiments/experiment'
import { LIFE_KEYS } from '../experiments/life-keys'
import { EDITS } from '../experiments/ramp-edits'
import { RULE_KEYS } from '../rules/keys'
import { selectors as builtIn } from '../selectors'
import { withCustom } from '../selectors/custom'
import { whoAmong } from './entries/vocabulary'
import { PREFIX } from './text/entry'

type Properties = Readonly<Record<string, Schema>>

/** Keys of the author, which decide nothing; see `isMetadata`. */
const NOTES: Properties = { '^x[-_]': {} }

/**
 * The JSON schema (draft 2020-12) of a live config, for completion and checks in editors, built
 * from the selectors' own schemas.
 */
export function liveConfigSchema(
  options: { readonly selectors?: readonly CustomSelector[] } = {},
): JsonObject {
  checkOptions('liveConfigSchema', options, { selectors: ANYTHING })
  const { selectors: custom = [] } = options
  const selectors = withCustom(builtIn, custom, 'liveConfigSchema')
  const who = whoAmong(selectors)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'liveflag live config',
    description: `Each key that begins with ${PREFIX} is a feature; segments and savedGroups name groups of visitors, metrics what experiments are judged by, ramps what became of their gates, holdouts who is kept out; other keys are left alone.`,
    type: 'object',
    properties: { segments: SEGMENTS, metrics: METRICS, ramps: RAMPS, holdouts: HOLDOUTS },
    patternProperties: { [`^${PREFIX}`]: { $ref: '#/$defs/entry' } },
    $defs: {
      entry: ENTRY,
      selectors: mapping(
        'Who has the feature. The first selector that knows the visitor decides.',
        propertiesOf(selectors),
      ),
      who: mapping('Selectors that say who it is.', propertiesOf(who)),
      rule: {
        description: 'A GrowthBook rule.',
        type: 'object',
        properties: RULE_KEYS,
        additionalProperties: false,
      },
      experiment: mapping('Its own selectors say who is eligible; a bucket says which variant.', {
        ...EXPERIMENT_KEYS,
        ...LIFE_KEYS,
        ...propertiesOf(who),
      }),
    },
  }
}

const SEGMENTS: Schema = {
  description: 'Groups of visitors by name, for the selector of that name and for conditions.',
  type: 'object',
  additionalProperties: {
    anyOf: [
      { description: 'The ids of users.', type: 'array', items: { type: 'string' } },
      {
        description: 'A condition on attributes: {country: NZ}, {company: {$in: [acme]}}.',
        type: 'object',
      },
    ],
  },
}

const HOLDOUTS: Schema = {
  description: 'By name, a share of people who are kept out of experiments.',
  type: 'object',
  additionalProperties: {
    type: 'object',
    required: ['percent'],
    properties: {
      percent: {
        description: 'Its share of all people; lower it and nobody who is in goes out.',
        type: 'number',
        minimum: 0,
        maximum: 100,
      },
      domains: {
        description: 'Of the experiments of these domains; left out: of all experiments.',
        type: 'array',
        items: { type: 'string', minLength: 1 },
        minItems: 1,
      },
    },
    patternProperties: NOTES,
    additionalProperties: false,
  },
}

const RAMPS: Schema = {
  description: 'By feature, what became of the gates of its ramp; written by liveflag gates.',
  type: 'object',
  additionalProperties: EDITS,
}

const QUANTILE: Schema = { type: 'number', minimum: 0, maximum: 1 }

const RATIO_PART: Schema = {
  description: 'The name of conversions, which are counted; or whose values are added up.',
  anyOf: [
    { type: 'string', minLength: 1 },
    {
      type: 'object',
      required: ['event'],
      properties: {
        event: { type: 'string', minLength: 1 },
        aggregation: { enum: ['count', 'sum'] },
      },
      additionalProperties: false,
    },
  ],
}

const METRICS: Schema = {
  description: 'What experiments are judged by, for their reports.',
  type: 'array',
  items: {
    type: 'object',
    required: ['name'],
    properties: {
      name: { description: 'What reports and people call it.', type: 'string', minLength: 1 },
      event: {
        description: 'The name of the conversions; left out, that of the metric.',
        type: 'string',
        minLength: 1,
      },
      type: {
        description:
          'rate: units with at least one; value: the sum of the values of a unit; ratio: one sum over another.',
        enum: ['rate', 'value', 'ratio'],
      },
      direction: { description: 'Which way is better.', enum: ['up', 'down'] },
      window: {
        description: 'How long after the exposure conversions count: 7d, 36h, 90m.',
        type: 'string',
        pattern: '^[1-9]\\d{0,5}[dhm]$',
      },
      role: {
        description: 'primary: what the experiment is for; guardrail: what must not become worse.',
        enum: ['primary', 'secondary', 'guardrail'],
      },
      margin: {
        description: 'How much worse a guardrail may become: 1% or 0.01.',
        type: ['string', 'number'],
      },
      cuped: {
        description:
          'Of values: takes away what those of so long before the exposure foretell: 14d.',
        type: 'string',
        pattern: '^[1-9]\\d{0,5}[dhm]$',
      },
      winsorize: {
        description:
          'Of values: those above this quantile of all units count as it: 0.99; or between two: [0.01, 0.99].',
        anyOf: [QUANTILE, { type: 'array', items: QUANTILE, minItems: 2, maxItems: 2 }],
      },
      ratio: {
        description: 'Of each unit one sum over another: { numerator: click, denominator: view }.',
        type: 'object',
        required: ['numerator', 'denominator'],
        properties: { numerator: RATIO_PART, denominator: RATIO_PART },
        additionalProperties: false,
      },
    },
    patternProperties: NOTES,
    additionalProperties: false,
  },
}

const ENTRY: Schema = {
  description: 'A feature: on, off, or a mapping of selectors.',
  anyOf: [
    { enum: ['on', 'off'] },
    { type: 'boolean', description: 'true is on, false is off.' },
    { $ref: '#/$defs/selectors' },
    {
      type: 'string',
      pattern: '^\\s*\\{',
      description: 'The mapping as JSON text, which is how r2 stores it.',
    },
  ],
}

const propertiesOf = (list: readonly Selector[]): Properties =>
  Object.fromEntries(
    list.flatMap(({ key, summary, schema, modifiers = {} }) => [
      [key, { description: summary, ...schema }],
      ...Object.entries(modifiers),
    ]),
  )

const mapping = (description: string, properties: Properties): Schema => ({
  description,
  type: 'object',
  properties: { ...properties, ...METADATA },
  patternProperties: NOTES,
  additionalProperties: false,
})
