import type { FeatureState } from '../../admin/contract'

const WORDS: Readonly<Record<FeatureState, string>> = {
  on: 'on',
  off: 'off',
  partial: 'some',
  experiment: 'experiment',
  broken: 'broken',
}

export const StateBadge = ({ state }: { readonly state: FeatureState }) => (
  <span class={`badge ${state}`}>{WORDS[state]}</span>
)
