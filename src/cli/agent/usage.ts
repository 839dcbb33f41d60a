import { relative, sep } from 'node:path'
import { readCode } from '../../codemod/files'
import { usagesOf } from '../../codemod/usage'
import { counted } from '../output'
import { featureInput, projectIn, within } from './inputs'
import { tool } from './tool'

/** More places are counted, and not listed. */
const MOST = 300

export const usage = tool({
  name: 'usage',
  title: 'Find questions in the code',
  description:
    'Lists the places of the code and the templates that ask for a feature, or for any: file, line, the question and the variants it is compared with. Needs the package ts-morph.',
  input: (z) => ({
    feature: featureInput(z).optional(),
    paths: z
      .array(z.string().min(1).max(1000))
      .max(50)
      .optional()
      .describe('files and folders of the project (default: all of it)'),
    asks: z
      .array(z.string().max(100))
      .max(20)
      .optional()
      .describe('functions of the application that take a name and ask, such as isOn'),
  }),
  run: async ({ feature, paths, asks = [] }, { root }) => {
    const files = await readCode((paths ?? [projectIn(root)]).map((path) => within(root, path)))
    const wanted = feature?.replace(/^feature_/, '')
    const found = usagesOf(files, asks)
      .filter((one) => wanted === undefined || one.feature === wanted)
      .map((one) => ({ ...one, file: relative(root, one.file).split(sep).join('/') }))
    const listed = found.slice(0, MOST)
    const lines = listed.map(
      ({ feature: name, file, line, column, method, variants, inTest }) =>
        `${file}:${line}:${column}  ${name ?? '(dynamic)'}  ${[method, ...variants.map((one) => JSON.stringify(one))].join(' ')}${inTest ? '  (test)' : ''}`,
    )
    const more =
      found.length > MOST ? [`… ${found.length - MOST} more: name a feature or paths`] : []
    return {
      text: [
        `${counted(found.length, 'place')} in ${counted(files.length, 'file')}`,
        ...lines,
        ...more,
      ].join('\n'),
      data: { files: files.length, total: found.length, usages: listed },
    }
  },
})
