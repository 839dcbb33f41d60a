import { Liquid } from 'liquidjs'
import { liquidFeatures } from '../../src/templates/liquid'
import type { FeatureAnswers } from '../../src/core/feature-answers'
import type { TemplateOptions } from '../../src/templates/helpers'
import { testFeatures } from '../../src/testing/test-features'
import { templateContract } from '../contracts/template-engine'

function opened(features?: FeatureAnswers, options?: TemplateOptions): Liquid {
  const engine = new Liquid({
    outputEscape: 'escape',
    templates: { part: '{% feature "for_me" %}mine{% else %}not mine{% endfeature %}' },
  })
  liquidFeatures(engine, features, options)
  return engine
}

templateContract({
  name: 'LiquidJS',
  block: (feature) => `{% feature "${feature}" %}yes{% else %}no{% endfeature %}`,
  variantBlock: (feature, variant) =>
    `{% feature "${feature}", variant: "${variant}" %}yes{% else %}no{% endfeature %}`,
  variant: (feature) => `{{ "${feature}" | variant }}`,
  value: (feature, otherwise) => `{{ "${feature}" | value: ${JSON.stringify(otherwise)} }}`,
  member: (name) => `{{ ${name} }}`,
  loop: (feature) =>
    `{% for item in items %}{% feature "${feature}" %}yes{% endfeature %}{% endfor %}`,
  blockOfMember: (name) => `{% feature ${name} %}yes{% else %}no{% endfeature %}`,
  waiting: (feature) => `{{ wait }}{{ "${feature}" | value: "" }}`,
  open: (features, options) => {
    const engine = opened(features, options)
    return (template, data) => engine.parseAndRenderSync(template, data) as string
  },
  openWaiting: (features, options) => {
    const engine = opened(features, options)
    return (template, { wait, ...data }: { wait?: () => Promise<void> }) =>
      engine.parseAndRender(template, { ...data, wait: wait?.() }) as Promise<string>
  },
})

const engine = opened(testFeatures({ new_header: true }))
const render = (template: string, data: object = {}): string =>
  engine.parseAndRenderSync(template, data) as string

test('the name and the variant may be variables, and the comma is optional', () => {
  const drawn = testFeatures().setVariant('button', 'blue')
  const template = '{% feature item.name variant: item.variant %}yes{% endfeature %}'
  const item = { name: 'button', variant: 'blue' }
  expect(render(template, { item, features: drawn })).toBe('yes')
})

test('the filter is true or false', () => {
  expect(render('{% assign on = "new_header" | feature %}{{ on }}')).toBe('true')
})

test('blocks are nested, and break ends a loop from within one', () => {
  const nested =
    '{% feature "new_header" %}{% feature "x" %}a{% else %}b{% endfeature %}{% else %}c{% endfeature %}'
  expect(render(nested)).toBe('b')
  const loop =
    '{% for n in (1..3) %}{{ n }}{% feature "new_header" %}{% break %}{% endfeature %}{% endfor %}'
  expect(render(loop)).toBe('1')
})

test('a partial asks about the request of the scope, or of what it is given', () => {
  const features = testFeatures({ for_me: true })
  expect(render('{% include "part" %}', { features })).toBe('mine')
  expect(render('{% render "part", features: features %}', { features })).toBe('mine')
})

test.each([
  ['{% feature %}x{% endfeature %}', /names no feature/],
  ['{% feature "x" %}x', /is not closed by {% endfeature %}/],
])('%s is refused when it is parsed', (template, message) => {
  expect(() => engine.parse(template)).toThrow(message)
})
