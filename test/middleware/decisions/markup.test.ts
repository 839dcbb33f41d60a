import fc from 'fast-check'
import { markup, type Part } from '../../../src/middleware/decisions/markup'

const read = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))

test.each<[Part, string]>([
  ['<b> & "c" \'d\'', '&#60;b&#62; &#38; &#34;c&#34; &#39;d&#39;'],
  [markup`<b>${'<i>'}</b>`, '<b>&#60;i&#62;</b>'],
  [['<', markup`<br>`, ['>']], '&#60;<br>&#62;'],
  [undefined, ''],
  [false, ''],
  [0, '0'],
  ['', ''],
])('%p becomes %s', (part, expected) => {
  expect(markup`<p>${part}</p>`.text).toBe(`<p>${expected}</p>`)
})

test('property: no text ends a tag, an attribute or a reference, and each is read back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { text: made } = markup`${text}`
      expect(made).not.toMatch(/[<>"']|&(?!#\d+;)/)
      expect(read(made)).toBe(text)
    }),
  )
})
