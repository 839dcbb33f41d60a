import pug from 'pug'
import { pugFeatures } from '../../src/templates/pug'
import { testFeatures } from '../../src/testing/test-features'
import { templateContract } from '../contracts/template-engine'

templateContract({
  name: 'Pug',
  block: (feature) => `if isEnabled('${feature}')\n  | yes\nelse\n  | no`,
  variantBlock: (feature, variant) =>
    `if variant('${feature}') === '${variant}'\n  | yes\nelse\n  | no`,
  variant: (feature) => `| #{variant('${feature}')}`,
  value: (feature, otherwise) => `| #{value('${feature}', ${JSON.stringify(otherwise)})}`,
  member: (name) => `| #{${name}}`,
  loop: (feature) =>
    `each item in items\n  if isEnabled('${feature}')\n    | yes\n  else\n    | no`,
  blockOfMember: (name) => `if isEnabled(${name})\n  | yes\nelse\n  | no`,
  open: (features, options) => {
    const { render } = pugFeatures(pug, features, options)
    return (template, data) => render(template, data)
  },
})

const features = testFeatures({ new_header: true })

test('a compiled template asks anew at each call', () => {
  const template = pugFeatures(pug, features).compile('| #{isEnabled("new_header")}')
  expect(template({})).toBe('true')
  expect(template({ features: testFeatures() })).toBe('false')
})

test('a mixin asks too', () => {
  const text = 'mixin part\n  | #{isEnabled("new_header")}\n+part'
  expect(pugFeatures(pug, features).render(text)).toBe('true')
})

test('an attribute is escaped as any other', () => {
  const hostile = testFeatures({ motto: '"><script>' })
  expect(pugFeatures(pug, hostile).render('a(title=value("motto", ""))')).toBe(
    '<a title="&quot;&gt;&lt;script&gt;"></a>',
  )
})
