/**
 * What every template engine must do with features: one table of cases, which the test of each
 * engine begins with. An engine is one object: how it writes each question, and how it renders.
 */
import { type Features, openFeatures, memory, type World, worldOf } from '../../src/index'
import type { FeatureAnswers } from '../../src/core/feature-answers'
import type { TemplateOptions } from '../../src/templates/helpers'

/** Renders a template that was written for this engine. */
export type Render = (template: string, data: object) => string | Promise<string>

export interface TemplateEngine {
  readonly name: string
  /** `yes` for those with the feature, else `no`. */
  block(feature: string): string
  /** `yes` for those in the variant, else `no`. */
  variantBlock(feature: string, variant: string): string
  /** The variant, escaped. */
  variant(feature: string): string
  /** The value, escaped; `otherwise` for those without one. */
  value(feature: string, otherwise: string | number): string
  /** A member of the data, escaped. */
  member(name: string): string
  /** `block` for each of the data's `items`, one after the other. */
  loop(feature: string): string
  /** `block` of the feature that the data's `name` names; missing when the engine cannot say that. */
  blockOfMember?(name: string): string
  /** A template that waits for the data's `wait()`, a promise, and then is `variant`. */
  waiting?(feature: string): string
  /** The engine with features added, as an application does it once. */
  open(features?: FeatureAnswers, options?: TemplateOptions): Render
  /** The same for templates that wait. */
  openWaiting?(features?: FeatureAnswers, options?: TemplateOptions): Render
}

const MARKUP = '<script>alert("1")</script>'

const LIVE = JSON.stringify({
  feature_new_header: 'on',
  feature_old_header: 'off',
  feature_for_gary: { users: ['gary'] },
  feature_checkout: {
    rules: [{ condition: { plan: 'gold' }, force: 'blue' }, { force: 'red' }],
    default: 'red',
  },
  feature_page_size: { rules: [{ force: 50 }], default: 20 },
  feature_motto: { rules: [{ force: MARKUP }], default: '' },
  feature_button: {
    experiment: { experiment_id: 1, loggedin: true, variants: [{ name: 'blue', weight: 100 }] },
  },
  feature_hostile: {
    experiment: { experiment_id: 2, loggedin: true, variants: [{ name: MARKUP, weight: 100 }] },
  },
})

const worldOfUser = (name: string, plan: string): World =>
  worldOf({ user: { id: `t2_${name}`, name }, attributes: { plan } })
const gary = worldOfUser('gary', 'gold')
const ada = worldOfUser('ada', 'free')

const HOSTILE = ['__proto__', 'constructor', 'toString', MARKUP, '', ' ', '{{x}}', "a'b", '🦊']

export function templateContract(engine: TemplateEngine): void {
  let features: Features
  const exposures: string[] = []
  beforeAll(async () => {
    features = await openFeatures({
      source: memory(LIVE, { format: 'json' }),
      onExposure: ({ feature, variant }) => void exposures.push(`${feature} ${variant}`),
    })
    expect(features.snapshot.problems).toEqual([])
  })
  afterAll(() => features.close())
  beforeEach(() => exposures.splice(0))

  const forGary = async (template: string, data: object = {}): Promise<string> =>
    (await engine.open(features)(template, { features: features.for(gary), ...data })).trim()

  describe(`${engine.name}, as every engine,`, () => {
    test.each([
      ['shows a block to those with the feature', 'new_header', 'yes'],
      ['shows a block to those whom the entry includes', 'for_gary', 'yes'],
      ['shows the other block when the feature is off', 'old_header', 'no'],
      ['shows the other block for an unknown name', 'never_heard_of', 'no'],
    ])('%s', async (_, feature, wanted) => {
      expect(await forGary(engine.block(feature))).toBe(wanted)
    })

    test.each([
      ['shows a block to those in the variant', 'button', 'blue', 'yes'],
      ['shows the other block to those in another variant', 'button', 'red', 'no'],
      ['shows the other block for an unknown name, by variant', 'never_heard_of', 'blue', 'no'],
    ])('%s', async (_, feature, variant, wanted) => {
      expect(await forGary(engine.variantBlock(feature, variant))).toBe(wanted)
    })

    test.each([
      ['prints the variant', (): string => engine.variant('button'), 'blue'],
      ['prints nothing for an unknown variant', (): string => engine.variant('unheard'), ''],
      ['prints a text', (): string => engine.value('checkout', 'red'), 'blue'],
      ['prints a number', (): string => engine.value('page_size', 20), '50'],
      ['prints the default for an unknown name', (): string => engine.value('unheard', 7), '7'],
    ])('%s', async (_, template, wanted) => {
      expect(await forGary(template())).toBe(wanted)
    })

    test.each([
      ['a value', (): string => engine.value('motto', '')],
      ['a variant', (): string => engine.variant('hostile')],
    ])('escapes markup in %s as it escapes any output', async (_, template) => {
      const printed = await forGary(template())
      expect(printed).not.toContain('<')
      expect(printed).toContain('&lt;script')
      expect(printed).toBe(await forGary(engine.member('text'), { text: MARKUP }))
    })

    if (engine.blockOfMember) {
      const template = engine.blockOfMember('name')
      test.each([...HOSTILE, 'x'.repeat(10_000), undefined, null, 42, {}])(
        'never throws for a name such as %j',
        async (name) => {
          expect(await forGary(template, { name })).toBe('no')
        },
      )
    }

    test('asks the request of the data before the ambient one', async () => {
      const render = engine.open(features)
      const forAda = (data: object): Promise<string> =>
        features.run(ada, async () => render(engine.block('for_gary'), data))
      const fromData = await forAda({ features: features.for(gary) })
      const fromAmbient = await forAda({})
      expect([fromData.trim(), fromAmbient.trim()]).toEqual(['yes', 'no'])
    })

    test('needs no features of its own when the data has the request', async () => {
      const data = { features: features.for(gary) }
      expect((await engine.open()(engine.block('for_gary'), data)).trim()).toBe('yes')
    })

    test('says what is missing when nothing was given', async () => {
      const render = engine.open()
      await expect(async () => render(engine.block('x'), {})).rejects.toThrow(
        /features in the data of a render is undefined; give what openFeatures resolved to/,
      )
    })

    test('refuses what is no Features when it is set up', () => {
      const promise = Promise.resolve() as unknown as FeatureAnswers
      expect(() => engine.open(promise)).toThrow(
        expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }),
      )
    })

    test("asks nobody else when the data's features are those of a product", async () => {
      const render = engine.open(features)
      const data = { features: ['fast', 'cheap'] }
      const shown = await features.run(gary, () => render(engine.block('for_gary'), data))
      expect(shown.trim()).toBe('yes')
    })

    test('finds the request by another name', async () => {
      const render = engine.open(features, { name: 'flags' })
      const shown = await render(engine.block('for_gary'), { flags: features.for(gary) })
      expect(shown.trim()).toBe('yes')
    })

    test('asks within a loop, and records one exposure', async () => {
      const data = { items: [1, 2, 3] }
      expect((await forGary(engine.loop('button'), data)).replace(/\s/g, '')).toBe('yesyesyes')
      expect(exposures).toEqual(['button blue'])
    })

    test('records nothing for what it does not ask', async () => {
      await forGary(engine.block('new_header'))
      expect(exposures).toEqual([])
    })

    const { openWaiting, waiting } = engine
    if (openWaiting && waiting) {
      test.each([
        ['the request of the data', true],
        ['the ambient request', false],
      ])('asks %s after waiting, in 50 renders at once', async (_, isInData) => {
        const render = openWaiting.call(engine, features)
        let arrived = 0
        let release = (): void => undefined
        const all = new Promise<void>((resolve) => (release = resolve))
        const wait = (): Promise<void> => {
          if (++arrived === 50) release()
          return all
        }
        const rendered = Array.from({ length: 50 }, (_unused, n) =>
          features.run(n % 2 === 0 ? gary : ada, (request) =>
            render(waiting.call(engine, 'checkout'), {
              wait,
              ...(isInData && { features: request }),
            }),
          ),
        )
        const shown = (await Promise.all(rendered.map(async (text) => text))).map((text) =>
          text.trim(),
        )
        expect(shown).toEqual(shown.map((_unused, n) => (n % 2 === 0 ? 'blue' : 'red')))
        expect(arrived).toBe(50)
      })
    }
  })
}
