import { FlagdCore } from '@openfeature/flagd-core'
import type { EvaluationContext } from '@openfeature/core'
import type { Candidate } from '../contender'
import { VARIANTS } from '../workloads'
import type { Flag, Visitor } from '../workloads'

const ON_OFF = { on: true, off: false }

function write(flag: Flag): object {
  switch (flag.kind) {
    case 'on-off':
      return { state: 'ENABLED', variants: ON_OFF, defaultVariant: flag.on ? 'on' : 'off' }
    case 'list': {
      const listed = {
        or: [{ in: [{ var: 'name' }, flag.users] }, { '==': [{ var: 'gold' }, true] }],
      }
      return {
        state: 'ENABLED',
        variants: ON_OFF,
        defaultVariant: 'off',
        targeting: { if: [listed, 'on', 'off'] },
      }
    }
    case 'rollout': {
      const fractional = [
        ['on', flag.percent],
        ['off', 100 - flag.percent],
      ]
      return {
        state: 'ENABLED',
        variants: ON_OFF,
        defaultVariant: 'off',
        targeting: { fractional },
      }
    }
    case 'experiment': {
      const rest = 100 - VARIANTS.length * flag.percentPerVariant
      const fractional = [...VARIANTS.map((name) => [name, flag.percentPerVariant]), ['none', rest]]
      const variants = { ...Object.fromEntries(VARIANTS.map((name) => [name, name])), none: '' }
      return { state: 'ENABLED', variants, defaultVariant: 'none', targeting: { fractional } }
    }
  }
}

function contextOf({ user, loid }: Visitor): EvaluationContext {
  return user === null
    ? { loid }
    : { targetingKey: user.id, name: user.name, gold: user.gold, loid }
}

export const candidate: Candidate<EvaluationContext> = {
  title: 'flagd-core',
  packageName: '@openfeature/flagd-core',
  note: '`FlagdCore` with compiled targeting; `resolveBooleanEvaluation`, `resolveStringEvaluation`; rollout and experiment as `fractional`',
  write: (flags) =>
    JSON.stringify({ flags: Object.fromEntries(flags.map((flag) => [flag.name, write(flag)])) }),
  load(text) {
    const core = new FlagdCore()
    core.setConfigurations(text)
    return Promise.resolve({
      request: contextOf,
      isEnabled: (context, name) => core.resolveBooleanEvaluation(name, false, context).value,
      variant: (context, name) =>
        core.resolveStringEvaluation(name, '', context).value || undefined,
      close() {},
    })
  },
}
