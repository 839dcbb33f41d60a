import nunjucks from 'nunjucks'
import { nunjucksFeatures } from '../../src/templates/nunjucks'
import type { FeatureAnswers } from '../../src/core/feature-answers'
import type { TemplateOptions } from '../../src/templates/helpers'
import { testFeatures } from '../../src/testing/test-features'
import { type Render, templateContract } from '../contracts/template-engine'

function opened(features?: FeatureAnswers, options?: TemplateOptions): nunjucks.Environment {
  const environment = new nunjucks.Environment(null)
  nunjucksFeatures(environment, features, options)
  environment.addFilter(
    'waited',
    (wait: () => Promise<void>, done: (error: null, text: string) => void) =>
      void wait().then(() => done(null, '')),
    true,
  )
  return environment
}

const waitFor =
  (environment: nunjucks.Environment): Render =>
  (template, data) =>
    new Promise((resolve, reject) =>
      environment.renderString(template, data, (error, text) =>
        error ? reject(error) : resolve(text ?? ''),
      ),
    )

templateContract({
  name: 'Nunjucks',
  block: (feature) => `{% feature "${feature}" %}yes{% else %}no{% endfeature %}`,
  variantBlock: (feature, variant) =>
    `{% feature "${feature}", variant="${variant}" %}yes{% else %}no{% endfeature %}`,
  variant: (feature) => `{{ variant("${feature}") }}`,
  value: (feature, otherwise) => `{{ value("${feature}", ${JSON.stringify(otherwise)}) }}`,
  member: (name) => `{{ ${name} }}`,
  loop: (feature) =>
    `{% for item in items %}{% feature "${feature}" %}yes{% endfeature %}{% endfor %}`,
  blockOfMember: (name) => `{% feature ${name} %}yes{% else %}no{% endfeature %}`,
  waiting: (feature) =>
    `{% feature "new_header" %}{{ wait | waited }}{% endfeature %}{{ value("${feature}", "") }}`,
  open: (features, options) => {
    const environment = opened(features, options)
    return (template, data) => environment.renderString(template, data)
  },
  openWaiting: (features, options) => waitFor(opened(features, options)),
})

const environment = opened(testFeatures({ new_header: true, page_size: 50 }))
const render = (template: string, data: object = {}): string =>
  environment.renderString(template, data)

test.each([
  ['a function in a condition', '{% if isEnabled("new_header") %}on{% endif %}', 'on'],
  ['a filter in an expression', '{{ "card--new" if "new_header" | feature }}', 'card--new'],
  [
    'a block in a macro',
    '{% macro m() %}{% feature "new_header" %}on{% endfeature %}{% endmacro %}{{ m() }}',
    'on',
  ],
  [
    'a block in a loop of 5,000',
    '{% for n in range(5000) %}{% feature "new_header" %}{% endfeature %}{% endfor %}on',
    'on',
  ],
  [
    'a block in a block',
    '{% feature "new_header" %}{% feature "x" %}a{% else %}b{% endfeature %}{% endfeature %}',
    'b',
  ],
  ['a value of any type', '{{ value("page_size") + 1 }}', '51'],
  ['a member of the data that is called as a function is', '{{ variant }}', 'XL'],
])('%s', (_, template, wanted) => {
  expect(render(template, wanted === 'XL' ? { variant: 'XL' } : {})).toBe(wanted)
})

test('a request that is a global is asked', () => {
  const own = opened()
  own.addGlobal('features', testFeatures({ new_header: true }))
  expect(own.renderString('{% feature "new_header" %}on{% endfeature %}', {})).toBe('on')
})

test.each([
  ['{% feature %}x{% endfeature %}', /name one, as in {% feature "name" %}/],
  ['{% feature "x" %}x', /unexpected end of file/],
])('%s is refused when it is compiled', (template, message) => {
  expect(() => render(template)).toThrow(message)
})
