/** The parser is an optional package: what is said without it, and what works all the same. */
import type * as Removal from '../../src/codemod/removal'
import type * as Usage from '../../src/codemod/usage'

const missing = (): never => {
  throw Object.assign(new Error("Cannot find module 'ts-morph'"), { code: 'MODULE_NOT_FOUND' })
}

/** Runs with the modules of an application that has no ts-morph. */
function withoutParser(run: (usage: typeof Usage, code: typeof Removal) => void): void {
  jest.isolateModules(() => {
    jest.doMock('ts-morph', missing)
    run(
      jest.requireActual<typeof Usage>('../../src/codemod/usage'),
      jest.requireActual<typeof Removal>('../../src/codemod/removal'),
    )
    jest.dontMock('ts-morph')
  })
}

const SCRIPT = { path: 'src/a.ts', text: `if (features.isEnabled('x')) one()\n` }
const VIEW = { path: 'views/a.njk', text: '{% feature "x" %}new{% endfeature %}\n' }
const INSTALL = {
  code: 'LIVEFLAG_MISSING_PACKAGE',
  message: expect.stringMatching(/ts-morph.*npm install/) as string,
}

test('without ts-morph, code is refused with how to install it', () => {
  withoutParser(({ usagesOf }, { removal }) => {
    expect(() => usagesOf([SCRIPT])).toThrow(expect.objectContaining(INSTALL))
    expect(() => removal([SCRIPT], 'x', 'on')).toThrow(expect.objectContaining(INSTALL))
  })
})

test('without ts-morph, scripts that ask nothing and templates are read', () => {
  const quiet = { path: 'src/b.ts', text: 'export const one = 1\n' }
  withoutParser(({ usagesOf }) =>
    expect(usagesOf([quiet, VIEW])).toMatchObject([{ feature: 'x', file: 'views/a.njk' }]),
  )
})

test('without ts-morph, templates that hold no JavaScript lose a feature', () => {
  withoutParser((_, { removal }) =>
    expect(removal([VIEW], 'x', 'on').changed).toMatchObject([{ after: 'new\n' }]),
  )
})
