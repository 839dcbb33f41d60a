import type { Bare } from './child'

const NAMES = Array.from({ length: 98 }, (_, n) => `f${String(n).padStart(2, '0')}`)

/** 100 features: half are switches, half have rules with targeting. Each edit changes one of them. */
export const LIVE_CONFIG = (edit: number): string =>
  [
    `feature_edited: { default: ${edit} }`,
    'feature_assigned: {default: blue, experiment: {targeting: \'country == "NZ"\', variants: [{name: a, value: red}, {name: b, value: green}]}}',
    ...NAMES.map((name, n) =>
      n % 2 === 0
        ? `feature_${name}: on`
        : `feature_${name}: { default: no, rules: [{ condition: { country: { $in: [NZ, AU] }, plan: pro }, force: yes }, { coverage: 0.5, hashVersion: 2, force: maybe }] }`,
    ),
  ].join('\n')

const context = { targetingKey: 't2_beef', country: 'NZ', plan: 'pro' }

export interface Workload {
  readonly name: string
  readonly method: Bare['method']
  readonly path: string
  readonly body?: string
  /** The share of the bare rate that is the goal. */
  readonly goal: number
}

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'OFREP, one flag with targeting',
    method: 'POST',
    path: '/ofrep/v1/evaluate/flags/f01',
    body: JSON.stringify({ context }),
    goal: 0.8,
  },
  {
    name: 'OFREP, 100 flags at once',
    method: 'POST',
    path: '/ofrep/v1/evaluate/flags',
    body: JSON.stringify({ context }),
    goal: 0.5,
  },
  {
    name: '`POST /decide`',
    method: 'POST',
    path: '/decide',
    body: JSON.stringify({
      flag_key: 'assigned',
      subject_id: 't2_beef',
      subject_attributes: { country: 'NZ' },
    }),
    goal: 0.6,
  },
  { name: '`GET /api/features`', method: 'GET', path: '/api/features/sdk-bench', goal: 0.8 },
]
