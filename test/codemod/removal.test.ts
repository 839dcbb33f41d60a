/** Code without a feature behaves as it did with the feature forced. */
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { parsed, problemsOf } from '../../src/codemod/parser'
import { removal } from '../../src/codemod/removal'
import { isLongRun, PATIENCE, sized } from '../support/long-run'

/** The suite tries the same programs each time; the long form tries new ones. */
const SEED = isLongRun ? {} : { seed: 1129 }

const ANSWERS = ['on', 'off', 'new', 'old', 'control_1']

const { expression, statements } = fc.letrec<{
  expression: string
  statements: string
  statement: string
}>((tie) => {
  const inner = tie('expression')
  const some = fc.nat(99)
  const block = tie('statements').map((text) => `{\n${indented(text)}\n}`)
  return {
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(
        "features.isEnabled('x')",
        "features.variant('x')",
        'stored',
        'helper()',
        'fallthrough(1)',
        "'new'",
        'undefined',
        'a',
      ),
      some.map((id) => `call(${id})`),
      fc.tuple(inner, fc.constantFrom('&&', '||'), inner).map(([l, op, r]) => `(${l} ${op} ${r})`),
      fc.tuple(inner, inner).map(([l, r]) => `((${l}) ?? (${r}))`),
      fc
        .tuple(inner, fc.constantFrom('===', '!==', '=='), inner)
        .map(([l, op, r]) => `(${l} ${op} ${r})`),
      fc.tuple(inner, inner, inner).map(([test, l, r]) => `(${test} ? ${l} : ${r})`),
      inner.map((text) => `!${text}`),
      fc.tuple(inner, inner).map(([l, r]) => `(${l}, ${r})`),
    ),
    statements: fc
      .array(tie('statement'), { minLength: 1, maxLength: 4 })
      .map((all) => all.join('\n')),
    statement: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      inner.map((text) => `log(${text})`),
      inner.map((text) => `;${text}`),
      inner.map((text) => `return ${text}`),
      fc.tuple(inner, block).map(([test, then]) => `if (${test}) ${then}`),
      fc.tuple(inner, block, block).map(([test, then, or]) => `if (${test}) ${then} else ${or}`),
      fc
        .tuple(inner, block, inner, block)
        .map(([one, then, two, or]) => `if (${one}) ${then} else if (${two}) ${or}`),
      fc
        .tuple(inner, tie('statement'))
        .map(
          ([test, then]) =>
            `if (${test}) ${then.replace(/^(const|let|var|function) .*/, 'log(3)')}`,
        ),
      inner.map((text) => `while (left-- > 0 && ${text}) log(left)`),
      fc
        .tuple(inner, block)
        .map(([text, body]) => `for (let i = 0; i < 2 && ${text}; i++) ${body}`),
      fc
        .tuple(tie('statements'), fc.boolean(), tie('statements'), tie('statements'))
        .map(
          ([one, ends, two, other]) =>
            `switch (features.variant('x')) {\n  case 'new': {\n${one}\n}\n${ends ? 'break\n' : ''}  case 'old':\n{\n${two}\n}\n    break\n  default: {\n${other}\n}\n}`,
        ),
      fc
        .tuple(inner, some)
        .map(
          ([text, id]) =>
            `{\n  const a = ${text.replace(/\ba\b/g, '1')}\n  log(a)\n  call(${id})\n}`,
        ),
      fc
        .tuple(inner, inner)
        .map(
          ([test, text]) =>
            `if (${test}) {\n  const a = ${text.replace(/\ba\b/g, '1')}\n  log(a)\n}`,
        ),
      fc.tuple(inner, inner).map(([test, text]) => `if (${test}) {\n  var v = ${text}\n}\nlog(v)`),
    ),
  }
})

const indented = (text: string): string => text.replace(/^/gm, '  ')

const programOf = (body: string): string =>
  `const stored = features.isEnabled('x')
const helper = () => !features.isEnabled('x')
function fallthrough(n) {
  return features.isEnabled('x') && call(n)
}
function main() {
  let left = 3
  const a = 1
  var v
${indented(body)}
}
done(main())
`

/** What a program logs and returns, with the feature forced. */
function behaviour(code: string, as: string): string[] {
  const logged: string[] = []
  const log = (value: unknown): void => void logged.push(JSON.stringify([value]))
  const VALUES = [true, false, 'new', undefined, 0, '', 'old']
  runInNewContext(code, {
    log,
    done: log,
    call: (id: number) => {
      logged.push(`call ${id}`)
      return VALUES[id % VALUES.length]
    },
    features: {
      isEnabled: () => as !== 'off' && as !== 'control_1',
      variant: () => (as === 'off' || as === 'on' ? undefined : as),
    },
  })
  return logged
}

const without = (code: string, as: string): { readonly text: string; readonly left: number } => {
  const { changed, left } = removal([{ path: 'a.js', text: code }], 'x', as)
  return { text: changed[0]?.after ?? code, left: left.length }
}

test(
  'any program of these constructs does the same, and a second removal changes nothing',
  () => {
    fc.assert(
      fc.property(statements, fc.constantFrom(...ANSWERS), (body, as) => {
        const code = programOf(body)
        if (problemsOf(parsed('a.js', code)).length > 0) return
        const { text } = without(code, as)
        expect(behaviour(text, as)).toEqual(behaviour(code, as))
        expect(without(text, as).text).toBe(text)
      }),
      { numRuns: sized(40, 10_000), ...SEED },
    )
  },
  PATIENCE,
)

test(
  'any expression has the value that it had, with what it logs in the same order',
  () => {
    fc.assert(
      fc.property(expression, fc.constantFrom(...ANSWERS), (text, as) => {
        const code = programOf(`const r = ${text}\nlog(r)\n;${text}\nif (${text}) log(1)\nreturn r`)
        expect(behaviour(without(code, as).text, as)).toEqual(behaviour(code, as))
      }),
      { numRuns: sized(60, 20_000), ...SEED },
    )
  },
  PATIENCE,
)
