import handlebars from 'handlebars'
import { handlebarsFeatures } from '../../src/templates/handlebars'
import { testFeatures } from '../../src/testing/test-features'
import { templateContract } from '../contracts/template-engine'

templateContract({
  name: 'Handlebars',
  block: (feature) => `{{#feature "${feature}"}}yes{{else}}no{{/feature}}`,
  variantBlock: (feature, variant) =>
    `{{#feature "${feature}" variant="${variant}"}}yes{{else}}no{{/feature}}`,
  variant: (feature) => `{{variant "${feature}"}}`,
  value: (feature, otherwise) => `{{value "${feature}" ${JSON.stringify(otherwise)}}}`,
  member: (name) => `{{${name}}}`,
  loop: (feature) => `{{#each items}}{{#feature "${feature}"}}yes{{else}}no{{/feature}}{{/each}}`,
  blockOfMember: (name) => `{{#feature ${name}}}yes{{else}}no{{/feature}}`,
  open: (features, options) => {
    const own = handlebars.create()
    handlebarsFeatures(own, features, options)
    return (template, data) => own.compile(template)(data)
  },
})

const features = testFeatures({ new_header: true, size: 5 })
const own = handlebars.create()
handlebarsFeatures(own, features)
const render = (template: string, data: object = {}): string => own.compile(template)(data)

test('a helper is asked within another', () => {
  expect(render('{{#if (isEnabled "new_header")}}on{{/if}}')).toBe('on')
  expect(render('{{#if (feature "new_header")}}on{{/if}}')).toBe('on')
  expect(render('{{#unless (feature "unheard")}}off{{/unless}}')).toBe('off')
})

test('a block without else, and its inverse', () => {
  expect(render('[{{#feature "unheard"}}on{{/feature}}]')).toBe('[]')
  expect(render('[{{^feature "unheard"}}off{{/feature}}]')).toBe('[off]')
})

test('a block keeps the context that it is in', () => {
  const template =
    '{{#each items}}{{#feature "new_header"}}{{title}}{{@index}} {{/feature}}{{/each}}'
  expect(render(template, { items: [{ title: 'a' }, { title: 'b' }] })).toBe('a0 b1 ')
})

test('members of the data that have the names of helpers are still printed', () => {
  const template = '{{variant}} {{value}} {{feature}} {{isEnabled}}'
  expect(render(template, { variant: 'XL', value: 3, feature: 'zip' })).toBe('XL 3 zip ')
})

test('partials ask about the request of the whole render', () => {
  own.registerPartial('part', '{{#feature "for_me"}}mine{{else}}not mine{{/feature}}')
  const data = { features: testFeatures({ for_me: true }), item: { title: 'a' } }
  expect(render('{{> part item}}', data)).toBe('mine')
})

test('a template that is compiled without data asks about the request in its context', () => {
  const template = own.compile('{{#feature "for_me"}}mine{{/feature}}', { data: false })
  expect(template({ features: testFeatures({ for_me: true }) })).toBe('mine')
})
