import { dirname, join } from 'node:path'
import { declarationsOf } from '../../export/declarations'
import { typedFeatures } from '../../live-config/typed-features'
import { readTexts } from '../live-config-file'
import { isUrl } from '../sources'
import { type Check, type Finding, ok, warning } from './check'

/** The first line of what `liveflag types` writes. */
const WRITTEN = /^\/\/ The features of (.+), written by `liveflag types`\./

/** The types that were generated say what the live config says now. */
export const types: Check = {
  name: 'types',
  examine: async ({ project, terminal }) => {
    if (!project.has('tsconfig.json')) return []
    const findings: Finding[] = []
    for (const { path, text } of project.sources) {
      const from = WRITTEN.exec(text)?.[1]
      if (from === undefined || isUrl(from) || from === 'stdin') continue
      const live = join(project.dir, dirname(path), from)
      const { texts } = await readTexts(live, {}, terminal.stdin)
      const { features, problems } = typedFeatures(
        texts.map(({ name, ...one }) => ({ ...one, source: name })),
        'liveflag',
      )
      // What is wrong with the live config itself is a finding of another check.
      if (problems.length > 0 || texts.length === 0) continue
      findings.push(
        text.replaceAll('\r\n', '\n') === declarationsOf(features, from)
          ? ok(`${path} has the types of ${from}`)
          : warning(
              `${path} is out of date: the compiler does not know what ${from} says now`,
              `run liveflag types with --out ${path}, and liveflag types --check in the pipeline`,
            ),
      )
    }
    return findings.length > 0
      ? findings
      : [ok('no types of features are generated (docs/types.md says how)')]
  },
}
