import { problemText } from '../../core/problem'
import { checked, readTexts } from '../live-config-file'
import { counted } from '../output'
import { printedProblem } from '../problems'
import { tool } from './tool'

/** More problems are counted, and not listed. */
const MOST = 100

export const check = tool({
  name: 'check',
  title: 'Check the live config',
  description:
    'Says what is wrong with the live config, with lines and what to do, as liveflag check does.',
  input: () => ({}),
  run: async (_, { live, terminal }) => {
    const { features, problems } = checked(
      await readTexts(live.path, live.reading, terminal.stdin),
      { ...live.reading, cautions: true },
    )
    const said = problems.length === 0 ? 'no problems' : counted(problems.length, 'problem')
    const listed = problems.slice(0, MOST)
    return {
      text: [`${counted(features, 'feature')}, ${said}`, ...listed.map(problemText)].join('\n'),
      data: {
        features,
        total: problems.length,
        problems: listed.map((problem) => ({
          source: problem.source ?? null,
          ...printedProblem(problem),
        })),
      },
    }
  },
})
