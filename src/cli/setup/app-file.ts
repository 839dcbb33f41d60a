import type { Framework } from './frameworks'
import type { Style } from './style'

/** The live config that the application opens, from its working directory. */
const OPENING = (liveFile: string): readonly string[] => [
  '/** Opened once, when the application starts. A later edit of the file needs no restart. */',
  `const openLiveConfig = () => openFeatures({ source: '${liveFile}' })`,
]

/**
 * The file that opens the live config and says who a visitor is: the World, as a stub with comments.
 */
export function appFile(style: Style, liveFile: string): string {
  const { framework } = style
  const lines =
    framework.needs === 'next'
      ? nextLines(liveFile)
      : framework.requestType
        ? nestLines(framework, style, liveFile)
        : middlewareLines(framework, style, liveFile)
  return `${inModuleStyle(lines, style).join('\n')}\n`
}

const typed = (style: Style, type: string): string => (style.isTypeScript ? `: ${type}` : '')

/** What the World can answer about a request. All of it is optional, so all of it is a comment. */
function answers({ request, user, header }: Framework): readonly string[] {
  return [
    '// Who is signed in: `id` is what percentages and experiments go by, `name` is what `users` lists.',
    `// user: (${request}) => ${user},`,
    '',
    "// Roles, for the selectors `admin` and `employee`. Without these, members of the user's account.",
    "// isAdmin: (user) => user.groups.includes('admin'),",
    "// isEmployee: (user) => user.groups.includes('staff'),",
    '',
    '// An id of visitors who are not signed in, for percent_loggedout. Default: the cookie `loid`.',
    `// loid: (${request}) => ${header('x-visitor')},`,
    '',
    '// Anything else, which conditions of `rules` can ask for.',
    `// attributes: { country: (${request}) => ${header('x-country')} },`,
  ]
}

const indented = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => (line === '' ? '' : `  ${line}`))

function middlewareLines(framework: Framework, style: Style, liveFile: string): readonly string[] {
  const { module: name = '', call = '' } = framework
  return [
    ...(style.isTypeScript
      ? ["import { type Features, openFeatures } from 'liveflag'"]
      : ["import { openFeatures } from 'liveflag'"]),
    `import { ${call} } from 'liveflag/${name}'`,
    '',
    ...OPENING(liveFile).map((line) => line.replace(/^const/, 'export const')),
    '',
    '/**',
    ' * Says who a visitor is. Put it behind what finds out who is signed in. What is left out here is',
    ' * read from the request where that is possible: docs/world.md has the table.',
    ' */',
    `export const visitorFeatures = (features${typed(style, 'Features')}) =>`,
    `  ${call}(features, {`,
    ...indented(indented(answers(framework))),
    '  })',
  ]
}

/** A module opens the live config when Nest starts, and closes it when Nest ends. */
function nestLines(framework: Framework, style: Style, liveFile: string): readonly string[] {
  const [from, request] = framework.requestType ?? []
  return [
    ...(style.isTypeScript ? [`import type { ${request} } from '${from}'`] : []),
    "import { openFeatures } from 'liveflag'",
    "import { LiveflagModule } from 'liveflag/nest'",
    '',
    ...OPENING(liveFile),
    '',
    '/**',
    ' * Import it once, at the root. It says who a visitor is. What is left out here is read from the',
    ' * request where that is possible: docs/world.md has the table.',
    ' */',
    `export const visitorFeatures = ${framework.call}${style.isTypeScript ? `<${request}>` : ''}({`,
    '  useFactory: async () => ({',
    '    features: await openLiveConfig(),',
    '    options: {',
    ...indented(indented(indented(answers(framework)))),
    '    },',
    '  }),',
    '})',
  ]
}

function nextLines(liveFile: string): readonly string[] {
  return [
    "import { cookies } from 'next/headers'",
    "import { openFeatures, worldOf } from 'liveflag'",
    '',
    '/** Opened once for each process. A later edit of the file needs no restart. */',
    `const opening = openFeatures({ source: '${liveFile}' })`,
    '',
    '/**',
    ' * The features of the visitor of this request, in a server component or a route handler. It says',
    ' * who the visitor is: a member that is left out is unknown, and docs/world.md has the table.',
    ' */',
    'export async function visitorFeatures() {',
    '  const [features, jar] = await Promise.all([opening, cookies()])',
    "  const loid = jar.get('loid')?.value",
    '  return features.for(',
    '    worldOf({',
    '      // Who is signed in: `id` is what percentages and experiments go by, `name` is what `users` lists.',
    '      // user: await currentUser(),',
    '',
    '      // An id of visitors who are not signed in, for percent_loggedout.',
    '      ...(loid && { loid }),',
    '',
    '      // Anything else, which conditions of `rules` can ask for.',
    "      // attributes: { country: (await headers()).get('x-country') },",
    '    }),',
    '  )',
    '}',
  ]
}

const IMPORT = /^import \{ (.*) \} from '(.*)'$/

/** Plain JavaScript of CommonJS requires and exports; a project that is compiled imports. */
export function inModuleStyle(lines: readonly string[], style: Style): readonly string[] {
  const isBundled = style.framework.needs === 'next'
  if (style.isTypeScript || style.isModule || isBundled) return lines
  const exported: string[] = []
  const required = lines.map((line) => {
    const [, names, name] = IMPORT.exec(line) ?? []
    if (names !== undefined) return `const { ${names} } = require('${name ?? ''}')`
    const found = /^export ((?:async )?(?:function|const) (\w+).*)$/.exec(line)
    if (found?.[2] !== undefined) exported.push(found[2])
    return found?.[1] ?? line
  })
  return exported.length === 0
    ? required
    : [...required, '', `module.exports = { ${exported.join(', ')} }`]
}
