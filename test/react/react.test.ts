import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createElement as h, type ReactElement, type ReactNode, Suspense, use } from 'react'
import { renderToPipeableStream, renderToString } from 'react-dom/server'
import { type Features, memory, openFeatures, type World, worldOf } from '../../src/index'
import {
  Feature,
  FeaturesProvider,
  type ProvidedFeatures,
  useFeature,
  useValue,
  useVariant,
} from '../../src/react/react'
import { testFeatures } from '../../src/testing/test-features'

const MARKUP = '<script>alert("1")</script>'
const LIVE = `
feature_new_header: on
feature_old_header: off
feature_for_gary: { users: [gary] }
feature_page_size: { rules: [{ force: 50 }], default: 20 }
feature_motto: { rules: [{ force: '${MARKUP}' }], default: '' }
feature_button: { experiment: { experiment_id: 1, loggedin: true, variants: [{ name: blue, weight: 100 }] } }
`
const gary = worldOf({ user: { id: 't2_beef', name: 'gary' } })
const ada = worldOf({ user: { id: 't2_ada', name: 'ada' } })

let features: Features
const exposures: string[] = []
beforeAll(async () => {
  features = await openFeatures({
    source: memory(LIVE, { format: 'yaml' }),
    onExposure: ({ feature }) => void exposures.push(feature),
  })
})
afterAll(() => features.close())

const provided = (given: ProvidedFeatures, ...children: ReactNode[]): ReactElement =>
  h(FeaturesProvider, { features: given }, ...children)
const shown = (node: ReactNode, world: World = gary): string =>
  renderToString(provided(features.for(world), node))

const Answers = (): ReactElement =>
  h('p', null, [useFeature('new_header'), useVariant('button'), useValue('page_size', 20)].join())

test('the hooks answer as the request does', () => {
  expect(shown(h(Answers))).toBe('<p>true,blue,50</p>')
})

test.each([
  ['those with the feature', { name: 'new_header' }, 'yes'],
  ['those whom the entry includes', { name: 'for_gary' }, 'yes'],
  ['nobody when it is off', { name: 'old_header' }, 'no'],
  ['nobody for an unknown name', { name: 'never_heard_of' }, 'no'],
  ['nobody for a hostile name', { name: '__proto__' }, 'no'],
  ['those in the variant', { name: 'button', variant: 'blue' }, 'yes'],
  ['nobody in another variant', { name: 'button', variant: 'red' }, 'no'],
])('<Feature> shows its children to %s', (_, props, wanted) => {
  expect(shown(h(Feature, { ...props, fallback: 'no' }, 'yes'))).toBe(wanted)
})

test('without a fallback there is nothing to see', () => {
  expect(shown(h(Feature, { name: 'old_header' }, 'yes'))).toBe('')
})

test('markup in a value is escaped', () => {
  const Motto = (): ReactElement => h('p', { title: useValue('motto', '') }, useValue('motto', ''))
  const html = shown(h(Motto))
  expect(html).not.toContain('<script')
  expect(html.match(/&lt;script/g)).toHaveLength(2)
})

const arrived = new WeakSet<Promise<void>>()
/** React 18 has no `use`: a component that waits throws its promise. */
function waitFor(promise: Promise<void>): void {
  if (typeof use === 'function') use(promise)
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- it is how React 18 waits
  else if (!arrived.has(promise)) throw promise.then(() => arrived.add(promise))
}

test('renders of different visitors at once, which wait in the middle, stay apart', async () => {
  let asked = 0
  let release = (): void => undefined
  const all = new Promise<void>((resolve) => (release = resolve))
  const Late = ({ wait }: { readonly wait: Promise<void> }): ReactElement => {
    waitFor(wait)
    return h('b', null, useFeature('for_gary') ? 'gary' : 'somebody')
  }
  const render = (world: World): Promise<string> => {
    if (++asked === 50) release()
    const tree = provided(
      features.for(world),
      h(Feature, { name: 'for_gary', fallback: 'early' }, 'early gary'),
      h(Suspense, { fallback: '…' }, h(Late, { wait: all })),
    )
    const out = new PassThrough()
    const { pipe } = renderToPipeableStream(tree, { onAllReady: () => void pipe(out) })
    return text(out)
  }
  const pages = await Promise.all(
    Array.from({ length: 50 }, (_, n) => render(n % 2 === 0 ? gary : ada)),
  )
  const words = pages.map((page) => [
    page.includes('early gary'),
    /<b>(\w+)<\/b>/.exec(page)?.[1] ?? '',
  ])
  expect(words).toEqual(words.map((_, n) => (n % 2 === 0 ? [true, 'gary'] : [false, 'somebody'])))
})

test('one question records one exposure, and what is not shown records none', () => {
  exposures.splice(0)
  const twice = [1, 2].map((key) => h(Feature, { key, name: 'button', variant: 'blue' }, 'yes'))
  expect(shown(twice)).toBe('yes<!-- -->yes')
  expect(exposures).toEqual(['button'])
})

test("an object with value() is asked for values by it, as the browser's client is", () => {
  const client: ProvidedFeatures = {
    isEnabled: () => true,
    variant: () => 'blue',
    value: (name) => (name === 'page_size' ? 7 : undefined),
  }
  expect(renderToString(provided(client, h(Answers)))).toBe('<p>true,blue,7</p>')
  const Unheard = (): ReactElement => h('p', null, useValue('unheard', 3))
  expect(renderToString(provided(client, h(Unheard)))).toBe('<p>3</p>')
})

test('an inner provider overrides an outer one', () => {
  const inner = provided(
    testFeatures({ new_header: false }),
    h(Feature, { name: 'new_header', fallback: 'off' }, 'on'),
  )
  expect(shown(inner)).toBe('off')
})

test('a question without a provider says what is missing', () => {
  expect(() => renderToString(h(Answers))).toThrow(
    /there is no <FeaturesProvider features={…}> above a component that asks for a feature/,
  )
})

test.each([undefined, null, ['fast'], Promise.resolve()])('a provider refuses %p', (given) => {
  // @ts-expect-error It is no Features.
  expect(() => renderToString(provided(given))).toThrow(
    expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }),
  )
})
