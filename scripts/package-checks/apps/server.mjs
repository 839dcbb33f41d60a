// A server that uses most of liveflag. It prints a member for each part that a bundle could leave out.
import { writeFileSync } from 'node:fs'
import { file, http, memory, openFeatures, worldOf } from 'liveflag'
import { expressFeatures } from 'liveflag/express'
import { hash } from 'liveflag/growthbook'
import { createDecider, memoryStore, sqliteStore } from 'liveflag/decide'
import { testFeatures } from 'liveflag/testing'

async function main() {
  const entries = `
feature_plain: on
feature_targeted:
  default: no
  experiment: {experiment_id: e, status: running, targeting: 'country == "NZ"', variants: [{name: a, weight: 100, value: yes}]}
feature_patterned:
  default: false
  rules: [{condition: {name: {$regex: "^g.*y$"}}, force: true}]
`
  const features = await openFeatures({ source: memory(entries, { format: 'yaml' }) })
  const world = worldOf({ user: { id: 'u1' }, attributes: { country: 'NZ', name: 'gary' } })
  const broken = await openFeatures({
    source: memory('{\n  "feature_a": {"percent_loggedin": 101}}', { format: 'json' }),
  })
  const [{ code, line }] = broken.snapshot.problems
  writeFileSync('flags.yaml', 'feature_seen: on')
  const watching = await openFeatures({ source: file('flags.yaml', { keepAlive: true }) })
  const before = watching.isEnabled('seen')
  const changed = new Promise((seen) => watching.on('change', seen))
  writeFileSync('flags.yaml', 'feature_seen: off')
  await changed
  const request = { headers: {}, originalUrl: '/' }
  let express = false
  expressFeatures(features)(
    request,
    { locals: {} },
    () => (express = request.features.isEnabled('plain')),
  )
  const decider = createDecider({ features, store: memoryStore() })
  const { reason } = await decider.decide('plain', 'u1', {})
  await decider.close()
  let peer
  try {
    sqliteStore('x.db')
  } catch (error) {
    peer = error.code
  }
  const test = testFeatures({ other: false })
  console.log(
    JSON.stringify({
      yaml: features.isEnabled('plain'),
      place: code + ' at line ' + line,
      targeting: features.for(world).variant('targeted') === 'a',
      pattern: features.for(world).isEnabled('patterned'),
      watched: (before ? 'on' : 'off') + ', then ' + (watching.isEnabled('seen') ? 'on' : 'off'),
      ambient: features.run(world, () => features.variant('targeted')) === 'a',
      express,
      hash:
        typeof hash('seed', 'value', 2) === 'number' &&
        typeof http('http://127.0.0.1:1/').open === 'function',
      decided: reason,
      peer,
      other: test.isEnabled('other') ? 'on' : 'off',
    }),
  )
  await Promise.all([features, broken, watching, test].map((each) => each.close()))
}
main().catch((error) => {
  console.error(error)
  process.exit(1)
})
