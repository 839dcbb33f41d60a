import { explanationLines } from '../commands/explain-lines'
import { printedExplanation } from '../commands/explain'
import { Output } from '../output'
import { featureInput, visitorInput } from './inputs'
import { worldOfVisitor } from './live-file'
import { tool } from './tool'

export const explain = tool({
  name: 'explain',
  title: 'Explain an answer',
  description:
    'Says what one visitor gets of a feature and why: selector by selector, with the line of each, what was asked and what was drawn. Records nothing.',
  input: (z) => ({ feature: featureInput(z), visitor: visitorInput(z) }),
  run: ({ feature, visitor }, { live, terminal }) =>
    live.opened((opened) => {
      const name = live.known(feature, opened)
      const explanation = opened.features.for(worldOfVisitor(visitor)).explain(name)
      const problems = opened.features.snapshot.problems.filter((one) => one.feature === name)
      const text = live.textOf(name, opened) ?? { name: live.path, text: '' }
      const plain = new Output({ ...terminal, env: { NO_COLOR: '1' } })
      return {
        text: explanationLines(explanation, problems, text, plain).join('\n'),
        data: { ...printedExplanation(explanation, problems) },
      }
    }),
})
