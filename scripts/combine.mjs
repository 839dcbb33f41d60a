// Writes dist/combined.js: every module that `require('liveflag')` loads, in one file, because opening a file
// costs more than running what is in it. See docs/decisions/0119-one-file-to-start.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, posix } from 'node:path'
import { transformSync } from 'esbuild'

/** A `require` of one of our own files. */
const OWN = /\brequire\(["'](\.[^"']+)["']\)/g
/** The same at the top of a module, where it runs when the module is loaded. */
const AT_THE_TOP = /^\S.*\brequire\(["'](\.[^"']+)["']\)/gm

/**
 * Combines the modules that the entry `index` loads. Each of their files in `dist` becomes a line that asks the
 * combined file, so that there is one copy of each module, whichever file is required.
 *
 * @param compiled the folder of the compiler's output, which is left as it is
 * @param dist a copy of that folder
 */
export function combine(compiled, dist) {
  const sources = modulesOf(compiled, 'index')
  const load = createRequire(join(compiled, 'index.js'))
  const written = [...sources].map(([id, source]) => wrapped(id, source, sources, compiled))
  writeFileSync(join(dist, 'combined.js'), `${HEAD}${written.join('')}${TAIL}`)
  for (const id of sources.keys())
    writeFileSync(join(dist, `${id}.js`), shim(id, Object.keys(load(`./${id}.js`))))
}

/** The source of each module that `entry` loads, by its path without `.js`, in the order of loading. */
function modulesOf(compiled, entry) {
  const sources = new Map()
  const add = (id) => {
    if (sources.has(id)) return
    const source = readFileSync(join(compiled, `${id}.js`), 'utf8')
    sources.set(id, source)
    for (const [, path] of source.matchAll(AT_THE_TOP)) add(resolved(id, path, compiled))
  }
  add(entry)
  return sources
}

/** The path of a required module, without `.js`. */
function resolved(from, path, compiled) {
  const id = posix.join(posix.dirname(from), path)
  return existsSync(join(compiled, `${id}.js`)) ? id : `${id}/index`
}

/** A module as a function. A module that is loaded on use keeps a literal path, which tools can follow. */
function wrapped(id, source, sources, compiled) {
  const linked = source.replace(OWN, (_, path) => {
    const target = resolved(id, path, compiled)
    return sources.has(target)
      ? `load(${JSON.stringify(target)})`
      : `require(${JSON.stringify(`./${target}.js`)})`
  })
  const { code } = transformSync(linked, { loader: 'js', target: 'node20', charset: 'utf8' })
  const folder = posix.dirname(id)
  const place = /\b__(?:dir|file)name\b/.test(code)
    ? `const __dirname = require("node:path").join(root, ${JSON.stringify(folder)});\n`
    : ''
  return `\n${JSON.stringify(id)}(exports) {\n${place}${code.replace(/^"use strict";\n/, '')}},\n`
}

/** The names are for `import { … }`: Node reads them from the text without running it. */
const shim = (id, names) =>
  `"use strict";\nmodule.exports = require(${JSON.stringify(`${'../'.repeat(id.split('/').length - 1) || './'}combined.js`)})(${JSON.stringify(id)});\n0 && (module.exports = { ${names.filter((name) => name !== '__esModule').join(', ')} });\n`

const HEAD = `"use strict";
const root = __dirname;
const loaded = new Map();
function load(id) {
  const known = loaded.get(id);
  if (known) return known;
  const exports = {};
  loaded.set(id, exports);
  modules[id](exports);
  return exports;
}
module.exports = load;
const modules = {
__proto__: null,
`
const TAIL = '};\n'
