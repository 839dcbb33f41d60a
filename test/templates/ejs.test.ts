import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ejs from 'ejs'
import { ejsFeatures } from '../../src/templates/ejs'
import { templateContract } from '../contracts/template-engine'
import { testFeatures } from '../../src/testing/test-features'

templateContract({
  name: 'EJS',
  block: (feature) => `<% if (isEnabled('${feature}')) { %>yes<% } else { %>no<% } %>`,
  variantBlock: (feature, variant) =>
    `<%= variant('${feature}') === '${variant}' ? 'yes' : 'no' %>`,
  variant: (feature) => `<%= variant('${feature}') %>`,
  value: (feature, otherwise) => `<%= value('${feature}', ${JSON.stringify(otherwise)}) %>`,
  member: (name) => `<%= ${name} %>`,
  loop: (feature) =>
    `<% for (const item of items) { %><%= isEnabled('${feature}') ? 'yes' : 'no' %><% } %>`,
  blockOfMember: (name) => `<% if (isEnabled(${name})) { %>yes<% } else { %>no<% } %>`,
  waiting: (feature) => `<% await wait() %><%= value('${feature}', '') %>`,
  open: (features, options) => {
    const { render } = ejsFeatures(ejs, features, options)
    return (template, data) => render(template, data)
  },
  openWaiting: (features, options) => {
    const { render } = ejsFeatures(ejs, features, options)
    return (template, data) => render(template, data, { async: true })
  },
})

const features = testFeatures({ new_header: true })

test('a compiled template asks anew at each call', () => {
  const template = ejsFeatures(ejs, features).compile('<%= isEnabled("new_header") %>')
  expect(template({})).toBe('true')
  expect(template({ features: testFeatures() })).toBe('false')
  expect(template()).toBe('true')
})

test('a file that is included asks too, and a render without data is one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'liveflag-ejs-'))
  try {
    writeFileSync(join(folder, 'page.ejs'), '<%- include("part") %>')
    writeFileSync(join(folder, 'part.ejs'), '<%= isEnabled("new_header") %>')
    const { renderFile } = ejsFeatures(ejs, features)
    expect(await renderFile(join(folder, 'page.ejs'))).toBe('true')
    const inCallback = new Promise((resolve, reject) =>
      renderFile(join(folder, 'page.ejs'), (error, text) =>
        error ? reject(error) : resolve(text),
      ),
    )
    expect(await inCallback).toBe('true')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test("the data's own members win, and the package itself is left as it is", () => {
  const { render } = ejsFeatures(ejs, features)
  expect(render('<%= variant %> <%= isEnabled("new_header") %>', { variant: 'XL' })).toBe('XL true')
  expect(() => ejs.render('<%= isEnabled("new_header") %>')).toThrow(/isEnabled is not defined/)
})
