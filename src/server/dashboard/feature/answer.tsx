import type { ExplainAnswer, ExplainedLine } from '../../admin/contract'

/** The Decision in words, and selector by selector how it came about. */
export function Answer({ answer }: { readonly answer: ExplainAnswer }) {
  const { decision, words, steps } = answer
  const { enabled, variant, value } = decision
  return (
    <>
      <p class={`verdict ${enabled ? 'is-on' : 'is-off'}`}>
        <strong>{enabled ? 'On' : 'Off'}</strong>
        {variant !== undefined && <span class="badge accent">{variant}</span>}
        {value !== undefined && <code>{JSON.stringify(value)}</code>}
        <span class="muted small">{decision.reason}</span>
      </p>
      <p>{words}</p>
      <Steps steps={steps} />
    </>
  )
}

const OUTCOMES: Readonly<Record<ExplainedLine['outcome'], string>> = {
  claimed: 'decided',
  'passed on': 'passed on',
  'ended its stage': 'stopped here',
  'named the variant': 'named the variant',
  'not reached': 'not reached',
}

const Steps = ({ steps }: { readonly steps: readonly ExplainedLine[] }) => (
  <ol class="steps">
    {steps.map((step) => (
      <li key={step.path} class={`step ${step.outcome.replaceAll(' ', '-')}`}>
        <div class="step-head">
          <code>{step.selector}</code>
          <span class="step-outcome">{OUTCOMES[step.outcome]}</span>
          <span class="muted small">line {step.line}</span>
        </div>
        <code class="step-text muted">{step.text}</code>
        <Facts step={step} />
        {step.steps.length > 0 && <Steps steps={step.steps} />}
      </li>
    ))}
  </ol>
)

const Facts = ({ step: { asked, draw } }: { readonly step: ExplainedLine }) => (
  <>
    {asked.map(({ question, answer }) => (
      <div key={question} class="muted small">
        {question} → <code>{JSON.stringify(answer)}</code>
      </div>
    ))}
    {draw && (
      <div class="small">
        bucket <strong>{draw.bucket}</strong> of <code>{draw.unit}</code>: {draw.test},{' '}
        {draw.passed ? 'so in' : 'so out'}
      </div>
    )}
  </>
)
