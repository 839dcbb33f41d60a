import type { Questions } from 'liveflag'

export interface Step {
  readonly title: string
  readonly fields: readonly string[]
}

const ADDRESS: Step = { title: 'Address', fields: ['name', 'street', 'town'] }
const DELIVERY: Step = { title: 'Delivery', fields: ['delivery'] }
const PAYMENT: Step = { title: 'Payment', fields: ['payment'] }
const CHECK: Step = { title: 'Check', fields: [] }

/** Joins steps into one page of the checkout. */
const joined = (title: string, steps: readonly Step[]): Step => ({
  title,
  fields: steps.flatMap(({ fields }) => fields),
})

export function stepsOf(features: Questions): readonly Step[] {
  switch (features.getStringValue('checkout_flow', 'classic')) {
    case 'one_page':
      return [joined('Your order', [ADDRESS, DELIVERY, PAYMENT])]
    case 'two_step':
      return [joined('Where to', [ADDRESS, DELIVERY]), joined('How to pay', [PAYMENT, CHECK])]
    default:
      return [ADDRESS, DELIVERY, PAYMENT, CHECK]
  }
}

export const stepAt = (steps: readonly Step[], number: number): Step | undefined =>
  steps[number - 1]

/** Which fields of the steps up to this one were left empty. */
export const missingFields = (
  steps: readonly Step[],
  number: number,
  given: Readonly<Record<string, string>>,
): readonly string[] =>
  steps
    .slice(0, number)
    .flatMap(({ fields }) => fields)
    .filter((field) => (given[field] ?? '').trim() === '')
