/** `liveflag check --against`: edits after which a ramp that was held goes on at once. */
import { gitRepo } from '../support/git-repo'
import { liveflag } from './captured-terminal'

const NOW = { now: () => new Date('2026-12-20') }
const live = (
  ramp: string,
  traffic = `{ramp: {to: 100, over: 10d, start: 2026-12-01, ${ramp}}}`,
) => `metrics:
  - {name: errors, direction: down, role: guardrail, margin: 0.05}
feature_button:
  experiment:
    enabled: on
    traffic: ${traffic}
    variants: [{name: control}, {name: new}]
`
const GATED = 'hold_at: [30, 60], gates: [errors]'
const FAIL =
  'ramps: {button: [{at: 2026-12-03, outcome: fail, percent: 20, reason: errors +9 %}]}\n'

async function checkedAfter(after: string, layer = 'ramps: {}\n', layerBefore = layer) {
  const repo = gitRepo()
  repo.write('gates.yaml', layerBefore)
  repo.commit('live.yaml', live(GATED), 'as it was')
  repo.write('live.yaml', after)
  repo.write('gates.yaml', layer)
  const [path, gates] = ['live.yaml', 'gates.yaml'].map((name) => repo.path(name))
  return liveflag(['check', path ?? '', '--layer', gates ?? '', '--against', 'HEAD'], NOW)
}

test.each([
  ['its gates', live('hold_at: [30, 60]'), 'from 30 % to 100 %'],
  ['a hold', live('hold_at: [60], gates: [errors]'), 'from 30 % to 60 %'],
  ['the ramp', live('', '80'), 'from 30 % to 80 %'],
])('held at a hold, without %s it jumps', async (_what, after, jump) => {
  const { code, out } = await checkedAfter(after)
  expect(code).toBe(1)
  expect(out).toContain('warning  ramp-jumps')
  expect(out).toContain(
    `since HEAD its traffic goes ${jump} at once: its ramp was held at 30 % until errors passes; to let it grow from there, write from: 30 and a new start`,
  )
})

test('put back, it jumps without its ramp or its edits, and stays without its gates', async () => {
  const why =
    'from 0 % to 80 % at once: its ramp was put back to 0 % until it is resumed: errors +9 %'
  expect((await checkedAfter(live('', '80'), FAIL)).out).toContain(why)
  const stays = await checkedAfter(live('hold_at: [30, 60]'), FAIL)
  expect(stays.out).not.toContain('ramp-jumps')
  expect(stays.out).toContain('0 % now, since 2026-12-03T00:00Z put back to 0 %')
  expect(stays.out).toContain('without its edits it would be at 100 %')
})

test.each([
  [
    'a new start from there',
    live('hold_at: [60], gates: [errors], from: 30', undefined).replace('2026-12-01', '2026-12-20'),
  ],
  ['a note', `# still\n${live(GATED)}`],
])('%s is no jump', async (_what, after) => {
  const { out } = await checkedAfter(after)
  expect(out).not.toContain('ramp-jumps')
})
