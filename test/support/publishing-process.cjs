// A publisher that publishes one text after another until it is killed; a test starts it.
const { argv, stdout } = require('node:process')
const { openKeyStore, publish } = require('../../dist/fleet/fleet.js')

const [url = '', name = ''] = argv.slice(2)
const store = openKeyStore(url)

async function publishAll() {
  for (let i = 0; ; i++) {
    const result = await publish(store, `feature_a: {users: [${name}-${i}]}\n`, { by: name })
    // What it heard is known to the test even when it is killed right after.
    stdout.write(`${result.kind} ${result.generation ?? ''}\n`)
  }
}

void publishAll()
