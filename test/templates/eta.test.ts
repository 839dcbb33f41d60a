import { Eta } from 'eta'
import { etaFeatures } from '../../src/templates/eta'
import { testFeatures } from '../../src/testing/test-features'
import { templateContract } from '../contracts/template-engine'

templateContract({
  name: 'Eta',
  block: (feature) => `<% if (it.isEnabled('${feature}')) { %>yes<% } else { %>no<% } %>`,
  variantBlock: (feature, variant) =>
    `<%= it.variant('${feature}') === '${variant}' ? 'yes' : 'no' %>`,
  variant: (feature) => `<%= it.variant('${feature}') ?? '' %>`,
  value: (feature, otherwise) => `<%= it.value('${feature}', ${JSON.stringify(otherwise)}) %>`,
  member: (name) => `<%= it.${name} %>`,
  loop: (feature) =>
    `<% for (const item of it.items) { %><%= it.isEnabled('${feature}') ? 'yes' : 'no' %><% } %>`,
  blockOfMember: (name) => `<% if (it.isEnabled(it.${name})) { %>yes<% } else { %>no<% } %>`,
  waiting: (feature) => `<% await it.wait() %><%= it.value('${feature}', '') %>`,
  open: (features, options) => {
    const { renderString } = etaFeatures(new Eta(), features, options)
    return (template, data) => renderString(template, data)
  },
  openWaiting: (features, options) => {
    const { renderStringAsync } = etaFeatures(new Eta(), features, options)
    return (template, data) => renderStringAsync(template, data)
  },
})

test('a partial and a layout ask when they are given `it`', async () => {
  const eta = new Eta()
  eta.loadTemplate('@part', '<%= it.isEnabled("new_header") %>')
  eta.loadTemplate('@page', '<%~ include("@part", it) %>')
  eta.loadTemplate('@part', '<%= it.isEnabled("new_header") %>', { async: true })
  eta.loadTemplate('@page', '<%~ include("@part", it) %>', { async: true })
  const views = etaFeatures(eta, testFeatures({ new_header: true }))
  expect(views.render('@page', {})).toBe('true')
  expect(await views.renderAsync('@page', {})).toBe('true')
})
