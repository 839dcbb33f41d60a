// For `node -r`: TypeScript is transpiled when it is loaded, its types unchecked. By swc, which starts several times
// as fast as TypeScript's own compiler: tests start dozens of processes.
'use strict'
const { readFileSync } = require('node:fs')
const { transformSync } = require('@swc/core')

const settings = {
  swcrc: false,
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    // As Nest has them; and React's components.
    transform: { legacyDecorator: true, react: { runtime: 'automatic' } },
  },
  // `import()` of modules stays as it is.
  module: { type: 'commonjs', ignoreDynamic: true },
  sourceMaps: 'inline',
}

process.setSourceMapsEnabled(true)

const load = (module, filename) => {
  const { jsc } = settings
  const parser = { ...jsc.parser, tsx: filename.endsWith('x') }
  const options = { ...settings, jsc: { ...jsc, parser }, filename }
  const { code } = transformSync(readFileSync(filename, 'utf8'), options)
  module._compile(code, filename)
}

require.extensions['.ts'] = load
require.extensions['.tsx'] = load
// Written as a module, because it imports what is published as modules alone.
require.extensions['.mts'] = load
