import mustache from 'mustache'
import { mustacheFeatures } from '../../src/templates/mustache'
import { testFeatures } from '../../src/testing/test-features'
import { templateContract } from '../contracts/template-engine'

templateContract({
  name: 'Mustache',
  block: (feature) =>
    `{{#feature.${feature}}}yes{{/feature.${feature}}}{{^feature.${feature}}}no{{/feature.${feature}}}`,
  variantBlock: (feature, variant) =>
    `{{#variant.${feature}.${variant}}}yes{{/variant.${feature}.${variant}}}{{^variant.${feature}.${variant}}}no{{/variant.${feature}.${variant}}}`,
  variant: (feature) => `{{variant.${feature}}}`,
  value: (feature, otherwise) =>
    `{{value.${feature}}}{{^value.${feature}}}${otherwise}{{/value.${feature}}}`,
  member: (name) => `{{${name}}}`,
  loop: (feature) => `{{#items}}{{#feature.${feature}}}yes{{/feature.${feature}}}{{/items}}`,
  open: (features, options) => {
    const { render } = mustacheFeatures(mustache, features, options)
    return (template, data) => render(template, data)
  },
})

const features = testFeatures({ new_header: true, page_size: 50 })
const { render } = mustacheFeatures(mustache, features)

test.each([
  ['{{#feature.__proto__}}on{{/feature.__proto__}}'],
  ['{{#feature.constructor}}on{{/feature.constructor}}'],
  ['{{#feature.toString}}on{{/feature.toString}}'],
  ['{{variant.constructor}}{{value.__proto__}}'],
  ['{{#feature.a.b}}on{{/feature.a.b}}'],
])('a name such as that in %s is unknown, and throws nothing', (template) => {
  expect(render(template, {})).toBe('')
})

test('a section of a feature leaves the members of the view where they are', () => {
  const template = '{{#feature.new_header}}{{title}}{{/feature.new_header}}'
  expect(render(template, { title: 'Home' })).toBe('Home')
})

test('partials ask too', () => {
  const part = '{{#feature.new_header}}on{{/feature.new_header}}'
  expect(render('{{> part}}', {}, { part })).toBe('on')
})

test("the view's own members win", () => {
  expect(render('{{variant}} {{value.page_size}}', { variant: 'XL' })).toBe('XL 50')
})

test('a feature without values prints true, or nothing', () => {
  expect(render('{{value.new_header}}|{{value.unheard}}', {})).toBe('true|')
})
